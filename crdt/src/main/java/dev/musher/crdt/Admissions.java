package dev.musher.crdt;

import dev.musher.crdt.access.Grant;
import dev.musher.crdt.access.Grants;
import dev.musher.crdt.access.Membership;
import dev.musher.crdt.access.Rights;
import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.Chain;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Dag;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Frontier;
import dev.musher.crdt.change.Header;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Kept;
import dev.musher.crdt.change.Named;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Outline;
import dev.musher.crdt.change.Place;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.change.Role;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a change is admitted: by the change and its past alone, so that every node
 * decides alike and for ever. The cheapest checks come first; the signature is the caller's.
 *
 * <p>An item is named by its key, from which its creation cannot be told. So it must be in the past
 * by the previous change, the deps or another named change: an author that saw the item has it
 * there anyway.
 */
final class Admissions {

    private final Dag dag;
    private final Places places;
    private final Memberships memberships;
    private final Grants grants;
    private final Facts facts;
    private final History history;

    Admissions(
            Dag dag,
            Places places,
            Memberships memberships,
            Grants grants,
            Facts facts,
            History history) {
        this.history = history;
        this.dag = dag;
        this.places = places;
        this.memberships = memberships;
        this.grants = grants;
        this.facts = facts;
    }

    /** Judges a change. */
    Admission check(Change c) {
        if (isKnown(c)) {
            return new Admission.Duplicate();
        }
        Header h = c.header();
        ChangeId project = facts.project();
        // One version exists. From the second on it must not fall along a chain either.
        if (h.version() != Rules.VERSION) {
            return refused(Refusal.VERSION, "version " + h.version());
        }
        if (!c.ops().isEmpty() && c.ops().getFirst() instanceof Op.Genesis genesis) {
            return genesis(c, genesis, project);
        }
        if (project == null) {
            return new Admission.Missing(List.of(h.project()));
        }
        if (!h.project().equals(project)) {
            return refused(Refusal.PROJECT, h.project().hex());
        }
        List<ChangeId> missing = missing(c);
        if (!missing.isEmpty()) {
            return new Admission.Missing(missing);
        }
        Place prev = h.prev() == null ? null : places.get(h.prev());
        Admission refusal = position(h, prev);
        return refusal != null ? refusal : past(c, prev);
    }

    /** A change whose previous one is a head cannot be known: it would be the head. */
    private boolean isKnown(Change c) {
        ChangeId prev = c.header().prev();
        return (prev == null || dag.headPlace(prev) == null) && places.find(c.id()) != null;
    }

    private Admission genesis(Change c, Op.Genesis genesis, @Nullable ChangeId project) {
        Header h = c.header();
        boolean first =
                h.seq() == 1
                        && h.prev() == null
                        && h.deps().isEmpty()
                        && h.lamport() == 1
                        && h.project().equals(ChangeId.ZERO)
                        && h.device().equals(genesis.owner())
                        && h.members().equals(dag.noFrontier().hash())
                        && c.ops().size() == 1;
        if (!first || project != null) {
            return refused(Refusal.GENESIS, first ? "there is one already" : "not well formed");
        }
        return new Admission.Admitted(new Plan(c, null, List.of(), dag.noFrontier()));
    }

    private List<ChangeId> missing(Change c) {
        List<ChangeId> out = new ArrayList<>(0);
        ChangeId prev = c.header().prev();
        if (prev != null && dag.headPlace(prev) == null) {
            addMissing(prev, out);
        }
        for (ChangeId dep : c.header().deps()) {
            addMissing(dep, out);
        }
        Named.visit(c, id -> addMissing(id, out));
        return out;
    }

    private void addMissing(ChangeId id, List<ChangeId> out) {
        if (places.find(id) == null && !out.contains(id)) {
            out.add(id);
        }
    }

    /** Chain, seq and lamport. */
    private @Nullable Admission position(Header h, @Nullable Place prev) {
        if ((prev == null) != (h.seq() == 1)
                || (prev != null
                        && (prev.seq() + 1L != h.seq()
                                || !dag.chain(prev.branch())
                                        .equals(new Chain(h.device(), h.epoch()))))) {
            return refused(Refusal.SEQ, "seq " + h.seq());
        }
        long lamport = prev == null ? 0 : dag.lamport(prev);
        for (ChangeId dep : h.deps()) {
            lamport = Math.max(lamport, dag.lamport(places.get(dep)));
        }
        if (lamport == 0 || h.lamport() != lamport + 1) {
            return refused(Refusal.LAMPORT, h.lamport() + ", not " + (lamport + 1));
        }
        return null;
    }

    private Admission past(Change c, @Nullable Place prev) {
        Header h = c.header();
        List<Place> parents = new ArrayList<>(h.deps().size());
        for (ChangeId dep : h.deps()) {
            addParent(places.get(dep), prev, parents);
        }
        NamedParents named = new NamedParents(h.lamport(), prev, parents);
        Named.visit(c, named::add);
        if (named.late != null) {
            return refused(Refusal.NAMED, named.late.hex());
        }
        for (Op op : c.ops()) {
            if (op instanceof Op.OnItem on) {
                Place birth = facts.birth(on.item());
                if (birth == null || !covered(birth, prev, parents)) {
                    return refused(Refusal.ITEM, on.item().text());
                }
            }
        }
        Frontier before = prev == null ? dag.noFrontier() : dag.frontier(prev);
        for (Place parent : parents) {
            before = dag.merge(before, dag.frontier(parent));
        }
        if (!h.members().equals(before.hash())) {
            return refused(Refusal.MEMBERS, h.members().hex() + ", not " + before.hash().hex());
        }
        Admission refusal = rights(c, memberships.of(before, prev, parents));
        refusal = refusal == null ? outlines(c, prev, parents) : refusal;
        return refusal != null
                ? refusal
                : new Admission.Admitted(new Plan(c, prev, List.copyOf(parents), before));
    }

    /**
     * A checkpoint vouches for the truth only: that is decided by its past, and so everywhere
     * alike, also where outlines stand for some of the changes. What its state is nobody can tell
     * as cheaply; that is checked by who wants to rely on it.
     */
    private @Nullable Admission outlines(Change c, @Nullable Place prev, List<Place> parents) {
        for (Op op : c.ops()) {
            if (!(op instanceof Op.Checkpoint checkpoint)) {
                continue;
            }
            if (c.ops().size() > 1) {
                return refused(Refusal.OUTLINE, "it has other ops beside it");
            }
            for (Op.Vouched each : checkpoint.outlines()) {
                Place place = places.find(each.change());
                if (place == null
                        || !covered(place, prev, parents)
                        || !each.outline().equals(Outline.hash(history.change(place)))) {
                    return refused(Refusal.OUTLINE, each.change().hex());
                }
            }
        }
        return null;
    }

    /** Collects named changes as parents; remembers one that is not earlier. */
    private final class NamedParents {
        private final long lamport;
        private final @Nullable Place prev;
        private final List<Place> parents;
        private @Nullable ChangeId late;

        NamedParents(long lamport, @Nullable Place prev, List<Place> parents) {
            this.lamport = lamport;
            this.prev = prev;
            this.parents = parents;
        }

        void add(ChangeId id) {
            Place place = places.get(id);
            if (dag.lamport(place) >= lamport) {
                late = id;
            } else {
                addParent(place, prev, parents);
            }
        }
    }

    private void addParent(Place place, @Nullable Place prev, List<Place> parents) {
        if (!covered(place, prev, parents)) {
            parents.add(place);
        }
    }

    private boolean covered(Place place, @Nullable Place prev, List<Place> parents) {
        if (prev != null && dag.inPast(place, prev)) {
            return true;
        }
        for (Place parent : parents) {
            if (dag.inPast(place, parent)) {
                return true;
            }
        }
        return false;
    }

    private @Nullable Admission rights(Change c, Membership m) {
        Membership.Member author = m.member(c.device());
        if (author == null) {
            return refused(Refusal.NOT_A_MEMBER, c.device().shortText());
        }
        if (m.isClosed(new Chain(c.device(), c.header().epoch()))) {
            return refused(Refusal.CUT, c.device().shortText());
        }
        // A join is a write too: by its epochs alone a key that may write nothing would fill disks.
        if (c.ops().isEmpty() && author.role() == Role.READER) {
            return refused(Refusal.ROLE, "a reader writes nothing, not even a join");
        }
        for (int i = 0; i < c.ops().size(); i++) {
            Refusal why = wrong(c, c.op(i), m, author);
            if (why != null) {
                return refused(why, "op " + i);
            }
        }
        return null;
    }

    private @Nullable Refusal wrong(Change c, Op op, Membership m, Membership.Member author) {
        if (op instanceof Op.Genesis) {
            return Refusal.GENESIS;
        }
        if (!Rights.allow(author.role(), op, c)) {
            return Refusal.ROLE;
        }
        return switch (op) {
            case Op.AddMember o ->
                    // A second add would lift a cut key above the author of its cut.
                    m.member(o.device()) != null || m.isCut(o.device()) ? Refusal.KNOWN : null;
            case Op.SetRole o -> senior(o.device(), m, author);
            case Op.Cut o -> {
                Refusal senior = senior(o.device(), m, author);
                yield senior != null ? senior : kept(o.device(), o.kept());
            }
            case Op.SettleFork o -> {
                Refusal senior = senior(o.device(), m, author);
                yield senior != null
                        ? senior
                        : o.device().equals(c.device()) && o.epoch() == c.header().epoch()
                                ? Refusal.FROM_WITHIN
                                : kept(o.device(), o.kept());
            }
            case Op.SetArbiter o -> o.term() == term(o.after()) + 1 ? null : Refusal.TERM;
            case Op.Granted o ->
                    isArbiter(c.device(), o.arbiter())
                            ? generation(o.generation(), o.after(), o.item())
                            : Refusal.ARBITER;
            case Op.Tentative o -> generation(o.generation(), o.after(), o.item());
            case Op.Expired o -> {
                Grant grant = grants.get(o.grant());
                yield !isArbiter(c.device(), o.arbiter())
                        ? Refusal.ARBITER
                        : grant == null || grant.holder() == null || !grant.item().equals(o.item())
                                ? Refusal.GENERATION
                                : null;
            }
            case Op.Move o -> author.role() == Role.AGENT && !holds(c, o, m) ? Refusal.CLAIM : null;
            case Op.Genesis o -> Refusal.GENESIS;
            case Op.Adopt o -> null;
            case Op.SetRules o -> null;
            case Op.Checkpoint o -> null;
            case Op.NewItem o -> null;
            case Op.SetField o -> null;
            case Op.AddNote o -> null;
            case Op.EditNote o -> null;
            case Op.AddElement o -> null;
            case Op.RemoveElement o -> null;
            case Op.CheckTodo o -> null;
            case Op.Count o -> null;
            case Op.Unknown o -> null;
        };
    }

    private static @Nullable Refusal senior(
            DeviceId device, Membership m, Membership.Member author) {
        Membership.Member other = m.member(device);
        return other != null && other.order() < author.order() ? Refusal.SENIOR : null;
    }

    private @Nullable Refusal kept(DeviceId device, List<Kept> kept) {
        for (Kept k : kept) {
            Place place = places.get(k.id());
            if (place.seq() != k.seq()
                    || !dag.chain(place.branch()).equals(new Chain(device, k.epoch()))) {
                return Refusal.KEPT;
            }
        }
        return null;
    }

    /** The term of an arbiter op, 0 of the genesis, and no possible one of anything else. */
    private long term(Ref ref) {
        Op op = memberships.op(ref);
        return op instanceof Op.SetArbiter set ? set.term() : op instanceof Op.Genesis ? 0 : -9;
    }

    private boolean isArbiter(DeviceId device, Ref ref) {
        Op op = memberships.op(ref);
        return op instanceof Op.SetArbiter set
                ? set.device().equals(device)
                : op instanceof Op.Genesis genesis && genesis.owner().equals(device);
    }

    private @Nullable Refusal generation(long generation, @Nullable Ref after, ItemKey item) {
        if (after == null) {
            return generation == 1 ? null : Refusal.GENERATION;
        }
        Grant before = grants.get(after);
        return before != null
                        && before.holder() != null
                        && before.generation() + 1 == generation
                        && before.item().equals(item)
                ? null
                : Refusal.GENERATION;
    }

    private boolean holds(Change c, Op.Move move, Membership m) {
        Grant grant = c.actor() instanceof Actor.Agent agent ? grants.get(agent.grant()) : null;
        return grant != null && Judge.isHeld(grant, c.device(), move) && grant.counts(m, dag);
    }

    private static Admission refused(Refusal code, String what) {
        return new Admission.Refused(code, code.text() + ": " + what);
    }
}

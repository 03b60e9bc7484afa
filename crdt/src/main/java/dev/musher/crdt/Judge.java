package dev.musher.crdt;

import dev.musher.crdt.access.Grant;
import dev.musher.crdt.access.Grants;
import dev.musher.crdt.access.Membership;
import dev.musher.crdt.access.Rights;
import dev.musher.crdt.access.Verdict;
import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.Chain;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.Dag;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Event;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Place;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.change.Role;
import dev.musher.crdt.pipeline.Item;
import dev.musher.crdt.pipeline.Logged;
import dev.musher.crdt.pipeline.Written;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Says of every op whether it counts in the whole set, folds items by that, and finds the items
 * whose ops a new membership judges otherwise. One thread.
 */
final class Judge {

    private static final int[] NOTHING = {};

    private final Dag dag;
    private final History history;
    private final Memberships memberships;
    private final Grants grants;

    Judge(Dag dag, History history, Memberships memberships, Grants grants) {
        this.dag = dag;
        this.history = history;
        this.memberships = memberships;
        this.grants = grants;
    }

    /** The verdict on an op; {@code written} is what a creation or legal move wrote, else null. */
    Verdict verdict(Place place, Change change, int index, @Nullable Written written) {
        Op op = change.op(index);
        if (op instanceof Op.Move && written == null) {
            return Verdict.ILLEGAL;
        }
        Membership membership = memberships.whole();
        Chain chain = dag.chain(place.branch());
        if (isAdoptable(op) && membership.adopts(place, chain)) {
            return Verdict.COUNTS;
        }
        Role role = membership.role(change.device());
        if (role == null) {
            return Verdict.NOT_A_MEMBER;
        }
        if (!membership.stands(place, chain)) {
            return Verdict.CUT;
        }
        if (!Rights.allow(role, op, change)) {
            return Verdict.ROLE;
        }
        if (op instanceof Op.Granted || op instanceof Op.Expired) {
            return grants.counts(new Ref(change.id(), index)) ? Verdict.COUNTS : Verdict.ARBITER;
        }
        if (op instanceof Op.Move move && change.actor() instanceof Actor.Agent agent) {
            return agentMove(place, change.device(), role, move, agent.grant());
        }
        return op instanceof Op.Unknown ? Verdict.UNKNOWN : Verdict.COUNTS;
    }

    private Verdict agentMove(
            Place place, DeviceId device, Role role, Op.Move move, @Nullable Ref claim) {
        Grant grant = grants.get(claim);
        if (role == Role.AGENT
                && (grant == null || !isHeld(grant, device, move) || !grants.counts(grant.ref()))) {
            return Verdict.CLAIM;
        }
        return move.event() != Event.LANDED && grants.isBeyond(place, claim)
                ? Verdict.GENERATION
                : Verdict.COUNTS;
    }

    static boolean isHeld(Grant grant, DeviceId device, Op.Move move) {
        return device.equals(grant.holder()) && grant.item().equals(move.item());
    }

    /** Adopting lifts item ops only: never membership, never claims. */
    private static boolean isAdoptable(Op op) {
        return op instanceof Op.NewItem || (op instanceof Op.OnItem && !(op instanceof Op.Claim));
    }

    /** One op as the fold of its item takes it. */
    Logged logged(Place place, Change change, int index, @Nullable Written written) {
        Ref ref = new Ref(change.id(), index);
        Op op = change.op(index);
        return new Logged(
                ref,
                change.lamport(),
                change.header().wallMs(),
                change.actor(),
                change.device(),
                op,
                written,
                verdict(place, change, index, written) == Verdict.COUNTS,
                op instanceof Op.Claim && grants.isEnded(ref));
    }

    /** The item as its whole log makes it, or null. */
    @Nullable Item fold(ItemKey key) {
        return Item.fold(key, log(key));
    }

    /** The whole log of an item, in any order. */
    List<Logged> log(ItemKey key) {
        List<Logged> log = new ArrayList<>();
        history.itemLog(
                key,
                (place, index, written) ->
                        log.add(logged(place, history.change(place), index, written)));
        return log;
    }

    /**
     * The changes that {@code now} judges otherwise than {@code old} did, or may; where that comes
     * of a claim, its items go to {@code touched}. Costs by branches, not by changes.
     */
    List<Flip> flipped(Membership old, Membership now, Set<ItemKey> touched) {
        SortedSet<DeviceId> devices = old.devices();
        devices.addAll(now.devices());
        devices.removeIf(device -> Membership.same(old, now, device));
        if (Objects.equals(old.arbiters(), now.arbiters())) {
            grants.resolve(now, devices, touched);
        } else {
            grants.resolve(now, touched);
        }
        List<Flip> out = new ArrayList<>();
        for (int branch = 0; !devices.isEmpty() && branch < dag.branches(); branch++) {
            if (devices.contains(dag.chain(branch).device())) {
                flipped(old, now, branch, out);
            }
        }
        single(old.selfRemovals(), now.selfRemovals(), out);
        single(old.adopted().changes(), now.adopted().changes(), out);
        adoptionOfHeads(old.adopted().heads(), now.adopted().heads(), out);
        return out;
    }

    private void flipped(Membership old, Membership now, int branch, List<Flip> out) {
        Chain chain = dag.chain(branch);
        int first = dag.first(branch);
        int head = dag.head(branch).seq();
        int stood = Math.max(first - 1, old.standing(branch, chain, head));
        int stands = Math.max(first - 1, now.standing(branch, chain, head));
        flip(branch, Math.min(stood, stands) + 1, Math.max(stood, stands), out);
        Role before = old.role(chain.device());
        Role after = now.role(chain.device());
        int both = Math.min(stood, stands);
        if (first <= both && before != null && after != null && Rights.differ(before, after)) {
            out.add(new Flip(branch, first, both, before, after));
        }
    }

    private static void flip(int branch, int from, int to, List<Flip> out) {
        if (from <= to) {
            out.add(new Flip(branch, from, to, null, null));
        }
    }

    /** What one of the two adopts and the other does not, however many heads say so. */
    private void adoptionOfHeads(
            SortedMap<DeviceId, int[]> old, SortedMap<DeviceId, int[]> now, List<Flip> out) {
        if (old.isEmpty() && now.isEmpty()) {
            return;
        }
        for (int branch = 0; branch < dag.branches(); branch++) {
            DeviceId device = dag.chain(branch).device();
            int before = Dag.at(old.getOrDefault(device, NOTHING), branch);
            int after = Dag.at(now.getOrDefault(device, NOTHING), branch);
            int from = Math.max(dag.first(branch), Math.min(before, after) + 1);
            flip(branch, from, Math.max(before, after), out);
        }
    }

    /**
     * Adds the items that ops of one change of a flip are about.
     *
     * @return what was read: its ops, at least 1
     */
    int touch(Flip flip, int seq, Set<ItemKey> touched) {
        Change change = history.change(new Place(flip.branch(), seq));
        for (int i = 0; i < change.ops().size(); i++) {
            ItemKey item = itemOf(change, i);
            if (item != null && differ(flip.before(), flip.after(), change.op(i), change)) {
                touched.add(item);
            }
        }
        return Math.max(1, change.ops().size());
    }

    /** Whether two roles judge an op otherwise; an agent's moves hang on its claim too. */
    private static boolean differ(@Nullable Role a, @Nullable Role b, Op op, Change change) {
        return a == null
                || b == null
                || Rights.allow(a, op, change) != Rights.allow(b, op, change)
                || (op instanceof Op.Move && (a == Role.AGENT || b == Role.AGENT));
    }

    /** Changes that are in one of two sets alone, in the order of their places. */
    private static void single(Set<Place> old, Set<Place> now, List<Flip> out) {
        SortedSet<Place> all =
                new TreeSet<>(Comparator.comparingInt(Place::branch).thenComparingInt(Place::seq));
        all.addAll(old);
        all.addAll(now);
        all.removeIf(place -> old.contains(place) && now.contains(place));
        all.forEach(place -> flip(place.branch(), place.seq(), place.seq(), out));
    }

    /** The item that an op makes or is about, or null. */
    static @Nullable ItemKey itemOf(Change change, int index) {
        return switch (change.op(index)) {
            case Op.NewItem op -> ItemKey.of(change.id(), index);
            case Op.OnItem op -> op.item();
            case Op.Access op -> null;
            case Op.Unknown op -> null;
        };
    }

    /** A set for touched items, in the order of their keys. */
    static SortedSet<ItemKey> items() {
        return new TreeSet<>();
    }
}

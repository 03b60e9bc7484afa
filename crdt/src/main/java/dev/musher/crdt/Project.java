package dev.musher.crdt;

import dev.musher.crdt.access.Grant;
import dev.musher.crdt.access.Grants;
import dev.musher.crdt.access.Membership;
import dev.musher.crdt.access.Verdict;
import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.Chain;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Dag;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Frontier;
import dev.musher.crdt.change.Header;
import dev.musher.crdt.change.Heads;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Limits;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Place;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.pipeline.Interner;
import dev.musher.crdt.pipeline.Item;
import dev.musher.crdt.pipeline.Logged;
import dev.musher.crdt.pipeline.References;
import dev.musher.crdt.pipeline.Transitions;
import dev.musher.crdt.pipeline.Written;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A project as the pure function of its changes: {@link #check} decides whether a change is
 * admitted, {@link #apply} takes it in. Neither the order of arrival nor duplicates nor a restart
 * alter what comes out.
 *
 * <p>Applying a change costs by the items it touches: an op that counts is applied to its item in
 * memory. Where verdicts may flip (a membership op, a claim, a fork of many heads) the items
 * concerned are folded again from their logs, and only those.
 *
 * <p>The only mutable state of the fold. One thread. It reads {@link History} and does nothing
 * else.
 */
public final class Project {

    private final Dag dag = new Dag();
    private final Overlay history;
    private final Places places;
    private final Memberships memberships;
    private final Grants grants = new Grants(dag);
    private final Judge judge;
    private final Map<ItemKey, Place> births = new HashMap<>();
    private final Admissions admissions;

    private final SortedMap<ItemKey, Item> items = new TreeMap<>();
    private final References references = new References();
    private final StateTrie trie = new StateTrie();
    private final Set<ItemKey> dirty = new LinkedHashSet<>();
    private @Nullable ChangeId id;
    private @Nullable ChangeId membershipHash;
    private long changes;
    private long unknownOps;

    /** An empty project, before its genesis. */
    public Project(Rules rules, History history) {
        this.history = new Overlay(history);
        places = new Places(dag, this.history);
        memberships = new Memberships(dag, places, rules.headsMax());
        judge = new Judge(dag, this.history, memberships, grants);
        admissions = new Admissions(dag, places, memberships, grants, births);
    }

    /** The genesis' id, or null while there is none. */
    public @Nullable ChangeId id() {
        return id;
    }

    /** Whether a change is admitted; its signature is the caller's to verify. Alters nothing. */
    public Admission check(Change change) {
        return admissions.check(change, id);
    }

    /** Takes in a change that {@link #check} admitted, once. The only mutator. */
    public Patch apply(Admission.Admitted admitted) {
        Plan plan = admitted.plan();
        Change change = plan.change();
        Header header = change.header();
        BranchRecord opened = null;
        Place prev = plan.prev();
        if (prev == null || !dag.head(prev.branch()).equals(prev)) {
            Chain chain = new Chain(header.device(), header.epoch());
            opened = new BranchRecord(dag.open(chain, prev), chain, prev);
        }
        int branch = opened != null ? opened.branch() : prev == null ? -1 : prev.branch();
        boolean forked = opened != null && dag.branchesOf(opened.chain()).size() > 1;
        boolean access = holdsAccess(change);
        Place place =
                dag.append(
                        branch,
                        change.id(),
                        header.lamport(),
                        header.wallMs(),
                        plan.parents(),
                        plan.before(),
                        access);
        changes++;
        places.add(change.id(), place);
        List<LogRecord> log = log(place, change);
        history.begin(place, change, log);
        SortedSet<ItemKey> touched = Judge.items();
        boolean reread = note(place, change, access, touched);
        boolean resolved = access || (forked && memberships.isCrowded(dag.chain(branch)));
        if (resolved) {
            resolve(touched);
        }
        SortedMap<ItemKey, @Nullable Item> patched = fold(place, change, log, touched);
        history.end();
        patched.forEach(this::put);
        ArrivalRecord arrival =
                new ArrivalRecord(
                        place,
                        header.lamport(),
                        header.wallMs(),
                        plan.parents(),
                        access,
                        reread,
                        created(change));
        return new Patch(place, change, opened, arrival, log, patched, resolved, forked);
    }

    private static boolean holdsAccess(Change change) {
        for (int i = 0; i < change.ops().size(); i++) {
            if (change.op(i) instanceof Op.Access) {
                return true;
            }
        }
        return false;
    }

    private static List<ItemKey> created(Change change) {
        List<ItemKey> out = new ArrayList<>(0);
        for (int i = 0; i < change.ops().size(); i++) {
            if (change.op(i) instanceof Op.NewItem) {
                out.add(ItemKey.of(change.id(), i));
            }
        }
        return out;
    }

    /**
     * The change's rows in the logs of its items; what its moves write is decided here for ever.
     */
    private List<LogRecord> log(Place place, Change change) {
        List<LogRecord> out = new ArrayList<>(change.ops().size());
        for (int i = 0; i < change.ops().size(); i++) {
            ItemKey item = Judge.itemOf(change, i);
            if (item != null) {
                Op op = change.op(i);
                Written written =
                        op instanceof Op.NewItem
                                ? Written.created(change, i)
                                : op instanceof Op.Move move ? written(change, i, move) : null;
                out.add(new LogRecord(item, change.lamport(), place, i, written));
            }
        }
        return out;
    }

    private @Nullable Written written(Change change, int index, Op.Move move) {
        List<@Nullable Written> bases = new ArrayList<>(move.bases().size());
        Item item = items.get(move.item());
        for (Ref base : move.bases()) {
            Written found = null;
            if (item != null) {
                for (Written head : item.moves()) {
                    found = head.ref().equals(base) ? head : found;
                }
            }
            bases.add(found != null ? found : writtenOf(move.item(), base));
        }
        return Transitions.written(change, index, move, bases);
    }

    /** What an op of an item's log wrote; null where it wrote no stage or is of another item. */
    private @Nullable Written writtenOf(ItemKey item, Ref ref) {
        Place at = places.get(ref.change());
        @Nullable Written[] found = new Written[1];
        history.itemLog(
                item,
                (place, index, written) -> {
                    if (index == ref.index() && place.equals(at)) {
                        found[0] = written;
                    }
                });
        return found[0];
    }

    /**
     * Remembers what later changes are judged by; the items that claims touch go to {@code
     * touched}. Answers whether the change must be read again at a start.
     */
    private boolean note(Place place, Change change, boolean access, SortedSet<ItemKey> touched) {
        boolean reread = access;
        if (access) {
            memberships.add(place, change);
            if (id == null) {
                id = change.id();
            }
        }
        for (int i = 0; i < change.ops().size(); i++) {
            switch (change.op(i)) {
                case Op.NewItem op -> births.put(ItemKey.of(change.id(), i), place);
                case Op.Claim op -> {
                    Ref ref = new Ref(change.id(), i);
                    List<Place> last = last(op).stream().map(places::get).toList();
                    Grant grant = Grant.of(ref, place, dag.chain(place.branch()), op, last);
                    grants.add(grant, memberships.whole(), touched);
                    reread = true;
                }
                case Op.Move op -> {
                    Grant grant =
                            change.actor() instanceof Actor.Agent agent
                                    ? grants.get(agent.grant())
                                    : null;
                    if (grant != null && !grant.item().equals(op.item())) {
                        grants.stray(grant.ref(), op.item());
                        reread = true;
                    }
                }
                case Op.Unknown op -> {
                    unknownOps++;
                    reread = true;
                }
                case Op.OnItem op -> {}
                case Op.Access op -> {}
            }
        }
        return reread;
    }

    private static List<ChangeId> last(Op.Claim op) {
        return switch (op) {
            case Op.Granted o -> o.last();
            case Op.Expired o -> o.last();
            case Op.Tentative o -> List.of();
        };
    }

    private void resolve(SortedSet<ItemKey> touched) {
        Membership old = memberships.whole();
        memberships.resolve();
        membershipHash = null;
        judge.flipped(old, memberships.whole(), touched);
        grants.resolve(memberships.whole(), touched);
    }

    /** The items as they are now: those touched from their logs, the others by applying the ops. */
    private SortedMap<ItemKey, @Nullable Item> fold(
            Place place, Change change, List<LogRecord> log, SortedSet<ItemKey> touched) {
        SortedMap<ItemKey, @Nullable Item> out = new TreeMap<>();
        for (LogRecord r : log) {
            if (touched.contains(r.item())) {
                continue;
            }
            Logged logged = judge.logged(place, change, r.index(), r.written());
            Item item = out.get(r.item());
            item = item != null ? item : items.get(r.item());
            if (logged.op() instanceof Op.NewItem) {
                out.put(r.item(), Item.fold(r.item(), List.of(logged)));
            } else if (item != null && item.canApply(logged)) {
                out.put(r.item(), item.apply(logged));
            } else {
                touched.add(r.item());
            }
        }
        for (ItemKey key : touched) {
            out.put(key, judge.fold(key));
        }
        return out;
    }

    private void put(ItemKey key, @Nullable Item item) {
        dirty.add(key);
        if (item != null) {
            items.put(key, item);
            references.put(item);
        } else if (items.remove(key) != null) {
            references.remove(key);
        }
    }

    /**
     * The state in 64 bytes: equal on all nodes with the same changes. Hashes the items touched
     * since it was asked last, each once: ask once a commit, not once a change.
     */
    public Digest digest() {
        ChangeId membership = membershipHash;
        if (membership == null) {
            membership = memberships.whole().hash();
            membershipHash = membership;
        }
        return new Digest(trie().root(), membership);
    }

    /** The trie behind {@link #digest}, for comparing two nodes that differ. Not to be written. */
    public StateTrie trie() {
        for (ItemKey key : dirty) {
            Item item = items.get(key);
            if (item == null) {
                trie.remove(key);
            } else {
                trie.put(key, Item.hash(item.row()));
            }
        }
        dirty.clear();
        return trie;
    }

    /** The last change of every branch. */
    public Heads heads() {
        return dag.heads();
    }

    /** Who knew what. Not to be written. */
    public Dag dag() {
        return dag;
    }

    /** The members of the whole set. */
    public Membership membership() {
        return memberships.whole();
    }

    /** The item, or null where nothing that counts keeps it there. */
    public @Nullable Item item(ItemKey key) {
        return items.get(key);
    }

    /** All items in the order of their keys, deleted ones too. A view. */
    public Collection<Item> items() {
        return Collections.unmodifiableCollection(items.values());
    }

    /** What people's words for items mean. */
    public References references() {
        return references;
    }

    /** The number for the next item. */
    public long nextNumber() {
        return references.nextNumber();
    }

    /** Changes applied so far. */
    public long changes() {
        return changes;
    }

    /** Ops of unknown kinds among them: kept, forwarded, without effect. */
    public long unknownOps() {
        return unknownOps;
    }

    /** The verdict on every op of an applied change, in order. */
    public List<Verdict> verdicts(Place place) {
        Change change = history.change(place);
        List<Verdict> out = new ArrayList<>(change.ops().size());
        for (int i = 0; i < change.ops().size(); i++) {
            Written written =
                    change.op(i) instanceof Op.Move move
                            ? writtenOf(move.item(), new Ref(change.id(), i))
                            : null;
            out.add(judge.verdict(place, change, i, written));
        }
        return out;
    }

    /** Folds an item again from its log: what it must be, for audits. Alters nothing. */
    public @Nullable Item audit(ItemKey key) {
        return judge.fold(key);
    }

    /**
     * Replaces an item by {@link #audit}'s, where its row was damaged; gives what it is now. Where
     * nothing was damaged it alters nothing.
     */
    public @Nullable Item refold(ItemKey key) {
        Item item = judge.fold(key);
        put(key, item);
        return item;
    }

    /**
     * The header of a next change by a device of this node, without body.
     *
     * <p>It follows every live head. More than {@link Limits#DEPS} heads are joined step by step:
     * while {@link Next#joins} is set, a change without ops goes first.
     *
     * @param epoch the chain it goes to
     * @param wallMs the clock, ms since 1970
     */
    public Next next(DeviceId device, long epoch, long wallMs) {
        return new Drafts(dag, memberships, history, id).next(new Chain(device, epoch), wallMs);
    }

    /** A header to write under, and whether only to join heads. */
    public record Next(Header header, boolean joins) {}

    /** For starting from stored rows; the project must be empty. */
    public Loader loader() {
        if (changes > 0) {
            throw new IllegalStateException("only an empty project is loaded");
        }
        return new Loader();
    }

    /**
     * Rebuilds a project from what its patches said: first branches, then arrivals, each in their
     * order, then items in any, then {@link #finish}.
     */
    public final class Loader {

        private final List<BranchRecord> branches = new ArrayList<>();
        private final Interner interner = new Interner();

        private Loader() {}

        /** The next branch. It is opened at its first arrival, when its parent is there. */
        public Loader branch(BranchRecord r) {
            if (r.branch() != branches.size()) {
                throw new IllegalStateException("branch " + r.branch() + " out of order");
            }
            branches.add(r);
            return this;
        }

        /** The next arrival. */
        public Loader arrival(ArrivalRecord r) {
            Place at = r.place();
            if (at.branch() == dag.branches()) {
                dag.open(branches.get(at.branch()).chain(), branches.get(at.branch()).parent());
            }
            Change change = r.reread() ? history.change(at) : null;
            Frontier before =
                    at.seq() > dag.first(at.branch())
                            ? dag.frontier(new Place(at.branch(), at.seq() - 1))
                            : dag.frontierBefore(at.branch());
            for (Place parent : r.parents()) {
                before = dag.merge(before, dag.frontier(parent));
            }
            Place place =
                    dag.append(
                            at.branch(),
                            change == null ? null : change.id(),
                            r.lamport(),
                            r.wallMs(),
                            r.parents(),
                            before,
                            r.access());
            if (!place.equals(at)) {
                throw new IllegalStateException("arrival of " + at + " came as " + place);
            }
            changes++;
            if (change != null) {
                note(at, change, r.access(), Judge.items());
            }
            r.created().forEach(key -> births.put(key, at));
            return this;
        }

        /** An item as {@link Item#stored} gave it. */
        public Loader item(ItemKey key, byte[] stored) {
            put(key, Item.readStored(key, stored, interner));
            return this;
        }

        /** Resolves the membership; the project is ready. */
        public Project finish() {
            for (int branch = 0; branch < dag.branches(); branch++) {
                dag.nameHead(branch, history.change(dag.head(branch)).id());
            }
            memberships.resolve();
            grants.resolve(memberships.whole(), Judge.items());
            return Project.this;
        }
    }
}

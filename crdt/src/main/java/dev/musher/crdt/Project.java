package dev.musher.crdt;

import dev.musher.crdt.access.Grants;
import dev.musher.crdt.access.Live;
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
import dev.musher.crdt.change.Named;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Place;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.pipeline.Interner;
import dev.musher.crdt.pipeline.Item;
import dev.musher.crdt.pipeline.Logged;
import dev.musher.crdt.pipeline.Written;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A project as the pure function of its changes: {@link #check} decides whether a change is
 * admitted, {@link #apply} takes it in. Neither the order of arrival nor duplicates nor a restart
 * alter what comes out.
 *
 * <p>Applying a change costs by the items it touches: an op that counts is applied to its item in
 * memory. Where verdicts may flip (a membership op, a claim, a fork of many heads) the items
 * concerned are folded again from their logs, and only those; where they are many, piece by piece
 * by {@link #settle}, and until then there is no digest.
 *
 * <p>The only mutable state of the fold. One thread. It reads {@link History} and does nothing
 * else.
 */
public final class Project {

    private final Dag dag = new Dag();
    private final Overlay history;
    private final Places places;
    private final Rules rules;
    private final Memberships memberships;
    private final Grants grants = new Grants(dag);
    private final Judge judge;
    private final Settling settling;
    private final int atOnce;
    private final Items items = new Items();
    private final ItemLogs logs;
    private final Facts facts;
    private final Admissions admissions;
    private @Nullable ChangeId membershipHash;
    private long changes;

    /** An empty project, before its genesis. Whatever flips is folded again at once. */
    public Project(Rules rules, History history) {
        this(rules, history, Integer.MAX_VALUE);
    }

    /**
     * An empty project, before its genesis.
     *
     * @param atOnce where a change flips more than this (ops, counted by what has to be read, and
     *     items), its items are left to {@link #settle}
     */
    public Project(Rules rules, History history, int atOnce) {
        this.atOnce = atOnce;
        this.history = new Overlay(history);
        places = new Places(dag, this.history);
        this.rules = rules;
        memberships = new Memberships(dag, places, rules.headsMax());
        judge = new Judge(dag, this.history, memberships, grants);
        settling = new Settling(judge);
        logs = new ItemLogs(dag, this.history, places, items);
        facts = new Facts(dag, places, memberships, grants);
        admissions = new Admissions(dag, places, memberships, grants, facts, this.history);
    }

    /** The genesis' id, or null while there is none. */
    public @Nullable ChangeId id() {
        return facts.project();
    }

    /** Whether a change is admitted; its signature is the caller's to verify. Alters nothing. */
    public Admission check(Change change) {
        return admissions.check(change);
    }

    /**
     * Whether an admitted change that is about to be applied is a checkpoint that says another
     * state than there is. That can be told only where all that is live here is in its past, and
     * nothing is left to {@link #settle}; else no. Alters nothing.
     */
    public boolean contradicts(Admission.Admitted admitted) {
        Plan plan = admitted.plan();
        if (plan.change().ops().size() != 1
                || !(plan.change().op(0) instanceof Op.Checkpoint checkpoint)) {
            return false;
        }
        List<Place> before = new ArrayList<>(plan.parents());
        if (plan.prev() != null) {
            before.add(plan.prev());
        }
        int[] past = dag.past(before);
        if (isSettling()) {
            return false;
        }
        Live now = live(dag.everything());
        for (int branch = 0; branch < now.live().length; branch++) {
            int seq = now.live()[branch];
            if (seq >= dag.first(branch) && !Dag.contains(past, new Place(branch, seq))) {
                return false;
            }
        }
        return now.voids().isEmpty()
                && !digest().equals(new Digest(checkpoint.root(), checkpoint.membership()));
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
        boolean access = change.holdsAccess();
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
        List<LogRecord> log = logs.of(place, change);
        history.begin(place, change, log);
        SortedSet<ItemKey> touched = Judge.items();
        boolean reread = facts.note(place, change, access, touched);
        List<ItemKey> created = created(place, change);
        boolean resolved = access || (forked && memberships.isCrowded(dag.chain(branch)));
        List<Flip> flips = resolved ? resolve(touched) : List.of();
        SortedSet<ItemKey> few = few(flips, touched);
        if (few == null) {
            settling.add(flips, touched);
            touched = Judge.items();
        } else {
            touched = few;
        }
        SortedMap<ItemKey, @Nullable Item> patched = fold(place, change, log, touched);
        history.end();
        patched.forEach(items::put);
        ArrivalRecord arrival =
                new ArrivalRecord(
                        place,
                        header.lamport(),
                        header.wallMs(),
                        plan.parents(),
                        access,
                        reread,
                        created);
        return new Patch(
                place, change, opened, arrival, log, patched, resolved, few == null, forked);
    }

    /**
     * All items to be folded again, or null where they, or the ops to be read to find them, are
     * more than is done at once. A change may hold one op or many, so changes are no measure.
     */
    private @Nullable SortedSet<ItemKey> few(List<Flip> flips, SortedSet<ItemKey> touched) {
        long changes = flips.stream().mapToLong(Flip::changes).sum();
        long left = (long) atOnce - touched.size();
        if (left < changes) {
            return null;
        }
        SortedSet<ItemKey> out = Judge.items();
        out.addAll(touched);
        for (Flip flip : flips) {
            for (int seq = flip.from(); seq <= flip.to(); seq++) {
                left -= judge.touch(flip, seq, out);
                if (left < 0) {
                    return null;
                }
            }
        }
        return out;
    }

    /**
     * Notes where items were made, and that their numbers are used, also of those that are void
     * from the beginning.
     */
    private List<ItemKey> created(Place place, Change change) {
        List<ItemKey> out = new ArrayList<>(0);
        for (int i = 0; i < change.ops().size(); i++) {
            if (change.op(i) instanceof Op.NewItem made) {
                ItemKey key = ItemKey.of(change.id(), i);
                facts.born(key, place);
                items.born(key, made.number());
                out.add(key);
            }
        }
        return out;
    }

    private List<Flip> resolve(SortedSet<ItemKey> touched) {
        Membership old = memberships.whole();
        memberships.resolve();
        membershipHash = null;
        return judge.flipped(old, memberships.whole(), touched);
    }

    /**
     * Folds a piece of what late verdicts flipped, and hashes it.
     *
     * @param max ops to read and to fold, 1 or more; a change is read and an item folded whole
     * @return the items whose rows may have changed; null where one is no longer there
     */
    public SortedMap<ItemKey, @Nullable Item> settle(int max) {
        SortedMap<ItemKey, @Nullable Item> out = settling.piece(max);
        out.forEach(items::put);
        items.trie().root();
        return out;
    }

    /**
     * Whether the owners raised the rules above what is known here. Changes are admitted and folded
     * all the same, by the rules of before: what that gives is good for reading, and to be compared
     * with nobody's.
     */
    public boolean needsUpdate() {
        return memberships.whole().rulesVersion() > rules.version();
    }

    /** The rules that are known here. */
    public Rules rules() {
        return rules;
    }

    /** Whether items are not yet what the changes make of them: {@link #settle} is to go on. */
    public boolean isSettling() {
        return !settling.isDone();
    }

    /** Changes still to be looked at and items still to be folded; 0 unless settling. */
    public long unsettledSize() {
        return settling.size();
    }

    /** What must be kept over a restart when a patch was deferred. */
    public Unsettled unsettled() {
        return settling.left();
    }

    /**
     * How far {@link #unsettled} is folded, by the key of its items; null for not at all. To be
     * kept with the rows of each {@link #settle}.
     */
    public @Nullable ItemKey settledUpTo() {
        return settling.folded();
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

    /**
     * The state in 64 bytes: equal on all nodes with the same changes. Hashes the items touched
     * since it was asked last, each once: ask once a commit, not once a change. There is none while
     * it is settling: {@link IllegalStateException}.
     */
    public Digest digest() {
        if (isSettling()) {
            throw new IllegalStateException("there is no digest while items are out of date");
        }
        ChangeId membership = membershipHash;
        if (membership == null) {
            membership = memberships.whole().hash();
            membershipHash = membership;
        }
        return new Digest(trie().root(), membership);
    }

    /**
     * What the store holds of an item of this state.
     *
     * @param hashed whether {@link #digest} is asked for soon: then it uses the row made here
     */
    public byte[] stored(Item item, boolean hashed) {
        return items.stored(item, hashed);
    }

    /** The trie behind {@link #digest}, for comparing two nodes that differ. Not to be written. */
    public StateTrie trie() {
        return items.trie();
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
        return items.all();
    }

    /** Items that were made and are not there, as nothing that counts keeps them; by key. */
    public SortedSet<ItemKey> gone() {
        SortedSet<ItemKey> out = new TreeSet<>();
        for (ItemKey key : facts.born()) {
            if (items.get(key) == null) {
                out.add(key);
            }
        }
        return out;
    }

    /** Where the changes stand that say who may do what, as they came, void ones too. */
    public List<Place> accessChanges() {
        return memberships.places();
    }

    /** The number for the next item. */
    public long nextNumber() {
        return items.nextNumber();
    }

    /** Changes applied so far. */
    public long changes() {
        return changes;
    }

    /** Ops of unknown kinds among them: kept, forwarded, without effect. */
    public long unknownOps() {
        return facts.unknownOps();
    }

    /** The verdict on every op of an applied change, in order. */
    public List<Verdict> verdicts(Place place) {
        Change change = history.change(place);
        List<Verdict> out = new ArrayList<>(change.ops().size());
        for (int i = 0; i < change.ops().size(); i++) {
            Written written =
                    change.op(i) instanceof Op.Move move
                            ? logs.written(move.item(), new Ref(change.id(), i))
                            : null;
            out.add(judge.verdict(place, change, i, written));
        }
        return out;
    }

    /** Where checkpoints stand, counted or void, in the order in which they came. */
    public List<Place> checkpoints() {
        return facts.checkpoints().all();
    }

    /**
     * The checkpoints that vouch for the outline of a change, counted or void, in the order in
     * which they came.
     */
    public List<Place> vouching(ChangeId change) {
        return facts.checkpoints().of(change);
    }

    /**
     * The membership changes that show, from the genesis on, that a device was made an owner. Empty
     * where none do.
     */
    public List<Place> ownership(DeviceId device) {
        return memberships.ownership(device);
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
        items.put(key, item);
        return item;
    }

    /** What is live of the changes up to {@code upTo}, by branch; see {@link Live}. */
    public Live live(int[] upTo) {
        return Live.of(dag, memberships.whole(), upTo, rules.headsMax());
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
        return drafts().next(new Chain(device, epoch), wallMs, List.of(), true);
    }

    /**
     * The same for a change with these ops: it comes after all that they name, also after changes
     * that are void, as one that adopts them must. What they name and is not here is left to {@link
     * #check}.
     */
    public Next next(DeviceId device, long epoch, long wallMs, Actor actor, List<Op> ops) {
        return drafts().next(new Chain(device, epoch), wallMs, named(actor, ops), true);
    }

    /**
     * The same in one change, whatever the number of heads, for a key that is not at hand to sign a
     * join: of too many heads it knows the latest.
     */
    public Header draft(DeviceId device, long epoch, long wallMs, Actor actor, List<Op> ops) {
        return drafts().next(new Chain(device, epoch), wallMs, named(actor, ops), false).header();
    }

    private List<Place> named(Actor actor, List<Op> ops) {
        List<Place> named = new ArrayList<>(ops.size());
        Named.visit(
                actor,
                ops,
                id -> {
                    Place place = places.find(id);
                    if (place != null) {
                        named.add(place);
                    }
                });
        return named;
    }

    /**
     * What stands of a device, by its last changes, none in the past of another: a cut that keeps
     * these takes nothing away. Of more than a cut can name the histories that began first.
     */
    public List<Place> standing(DeviceId device) {
        return tips().standing(device);
    }

    /** The device's last changes that do not stand, none in the past of another: to be adopted. */
    public List<Place> fallen(DeviceId device) {
        return tips().fallen(device);
    }

    /** Everything of a chain, by its last changes, none in the past of another. */
    public List<Place> tips(Chain chain) {
        return tips().all(chain);
    }

    private Tips tips() {
        return new Tips(dag, memberships.whole());
    }

    private Drafts drafts() {
        return new Drafts(dag, memberships, history, id());
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
        private final List<ItemKey> made = new ArrayList<>();
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
                facts.note(at, change, r.access(), Judge.items());
            }
            r.created().forEach(key -> facts.born(key, at));
            made.addAll(r.created());
            return this;
        }

        /** An item as {@link Item#stored} gave it. */
        public Loader item(ItemKey key, byte[] stored) {
            items.put(key, Item.readStored(key, stored, interner));
            return this;
        }

        /**
         * What was left to {@link Project#settle}.
         *
         * @param upTo as {@link Project#settledUpTo} gave it
         */
        public Loader unsettled(Unsettled kept, @Nullable ItemKey upTo) {
            settling.resume(kept, upTo);
            return this;
        }

        /** An item that has no row: its number, which stays used, stands in its creation alone. */
        private void gone(ItemKey key) {
            Place place = Objects.requireNonNull(facts.birth(key));
            created(place, history.change(place));
        }

        /** Resolves the membership; the project is ready. */
        public Project finish() {
            for (int branch = 0; branch < dag.branches(); branch++) {
                dag.nameHead(branch, history.change(dag.head(branch)).id());
            }
            memberships.resolve();
            grants.resolve(memberships.whole(), Judge.items());
            made.stream().filter(key -> items.get(key) == null).forEach(this::gone);
            return Project.this;
        }
    }
}

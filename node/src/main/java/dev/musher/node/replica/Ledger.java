package dev.musher.node.replica;

import dev.musher.crdt.Admission;
import dev.musher.crdt.BranchRecord;
import dev.musher.crdt.LogRecord;
import dev.musher.crdt.Patch;
import dev.musher.crdt.Project;
import dev.musher.crdt.Rules;
import dev.musher.crdt.Unsettled;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Dag;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Malformed;
import dev.musher.crdt.change.Place;
import dev.musher.crdt.pipeline.Item;
import dev.musher.crdt.pipeline.Stage;
import dev.musher.node.store.Batch;
import dev.musher.node.store.Reader;
import dev.musher.node.store.Table;
import dev.musher.protocol.codec.Signed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The project and its rows, kept in step: an admitted change is applied to the fold and its rows go
 * into the batch being gathered, in one call, whoever wrote it. What is read here is the present
 * state, also what is not on disk; what is shown outside is handed over by {@link #close} and waits
 * for the batch.
 *
 * <p>Core thread only.
 */
final class Ledger {

    /** A batch with more changed items than this gives no digest at once, but when it is calm. */
    private static final int DIGEST_ITEMS = 256;

    private static final byte[] NOTHING = {};

    private final IdIndex ids = new IdIndex();
    private final DurableHistory durable;
    private final StoredHistory history;
    private final Project project;
    private final Batches batches;

    /** What is read and folded for one batch while settling: few ms, in which nobody is served. */
    private final int pieceMax;

    private final SeenMemory seen = new SeenMemory();
    private final Clocks clocks = new Clocks();

    /** Checkpoints that said another state than there was here. */
    private final SortedSet<ChangeId> contradicting = new TreeSet<>();

    private KeyMap<Item> items = KeyMap.empty();
    private NumberIndex numbers = NumberIndex.empty();
    private final List<ItemKey> damaged = new ArrayList<>();
    private long open;
    private long withVoid;
    private long sequence;
    private List<Arrival> arrivals = new ArrayList<>();
    private List<Place> places = new ArrayList<>();
    private SortedMap<ItemKey, Boolean> touched = new TreeMap<>();
    private SortedMap<Integer, Integer> heads = new TreeMap<>();

    /** By branch, the last change of this batch where it is not signed, and what it came with. */
    private final SortedMap<Integer, Unproved> unproved = new TreeMap<>();

    private record Unproved(Place place, Run run) {}

    /**
     * What a batch holds, to be shown when it is on disk.
     *
     * @param heads by branch, the seq it reaches
     * @param unsettled what was left to be folded again: changes to be read, items to be folded
     * @param digest of the state with it; null where it was too large to ask, or is settling
     */
    record Closing(
            List<Arrival> arrivals,
            List<Place> places,
            SortedMap<Integer, Integer> heads,
            KeyMap<Item> items,
            NumberIndex numbers,
            long sequence,
            long changes,
            long withVoid,
            long unsettled,
            @Nullable ChangeId digest) {

        /** The same without its arrivals, which are told once. */
        Closing told() {
            return new Closing(
                    List.of(), places, heads, items, numbers, sequence, changes, withVoid,
                    unsettled, digest);
        }
    }

    private Ledger(Reader store, Rules rules, int atOnce, Batches batches) {
        this.durable = new DurableHistory(store, ids);
        this.history = new StoredHistory(durable, ids);
        this.project = new Project(rules, history, atOnce);
        this.pieceMax = Math.max(1, atOnce / 4);
        this.batches = batches;
    }

    /**
     * The ledger of what a store holds. Reads small rows only: branches, arrivals, items, the last
     * change of each branch and those that say who may do what.
     *
     * @param atOnce see {@link Setup#foldAtOnce}
     */
    static Ledger load(Reader store, Rules rules, int atOnce, Batches batches) {
        Ledger ledger = new Ledger(store, rules, atOnce, batches);
        Project.Loader loader = ledger.project.loader();
        byte[] all = new byte[0];
        store.scan(
                Table.CHAINS,
                all,
                null,
                (key, row) -> {
                    loader.branch(Rows.branch(key, row));
                    return true;
                });
        store.scan(
                Table.ARRIVALS,
                all,
                null,
                (key, row) -> {
                    Rows.StoredArrival arrival = Rows.arrival(row);
                    ledger.ids.put(arrival.idHigh(), arrival.idLow(), arrival.record().place());
                    loader.arrival(arrival.record());
                    ledger.sequence = Rows.sequence(key);
                    return true;
                });
        store.scan(
                Table.ITEMS,
                all,
                null,
                (key, row) -> {
                    ItemKey item = ItemKey.at(key, 0);
                    try {
                        loader.item(item, row);
                    } catch (Malformed e) {
                        ledger.damaged.add(item);
                    }
                    return true;
                });
        loader.unsettled(unsettled(store), settledUpTo(store));
        if (ledger.sequence > 0) {
            loader.finish();
        }
        Dag dag = ledger.project.dag();
        for (int branch = 0; branch < dag.branches(); branch++) {
            // A clock never goes back in a chain, so its end says when the device wrote last.
            ledger.clocks.found(dag.chain(branch).device(), dag.wallMs(dag.head(branch)));
        }
        // A derived row is no loss: its log makes it again.
        ledger.damaged.forEach(ledger::repair);
        for (Item item : ledger.project.items()) {
            if (ledger.items.get(item.key()) == null) {
                ledger.show(item.key(), null, item);
            }
        }
        return ledger;
    }

    /** What a store says is still to be folded again; empty where nothing is. */
    static Unsettled unsettled(Reader store) {
        byte[] row = store.get(Table.META, MetaKeys.SETTLING);
        return row == null ? Unsettled.NOTHING : Rows.unsettled(row);
    }

    /** How far a store says that is done; null for not at all. */
    static @Nullable ItemKey settledUpTo(Reader store) {
        byte[] row = store.get(Table.META, MetaKeys.SETTLED);
        return row == null || row.length == 0 ? null : ItemKey.at(row, 0);
    }

    Project project() {
        return project;
    }

    StoredHistory history() {
        return history;
    }

    DurableHistory durable() {
        return durable;
    }

    IdIndex ids() {
        return ids;
    }

    SeenMemory seen() {
        return seen;
    }

    Clocks clocks() {
        return clocks;
    }

    /** The present items. */
    Lookup lookup() {
        return new Lookup(items, numbers);
    }

    /** Items that exist, deleted ones too. */
    long items() {
        return items.size();
    }

    /** Items that are neither deleted nor in a terminal stage. */
    long open() {
        return open;
    }

    /**
     * Checkpoints that came since the start and said another state than there was here: either
     * their author lied, or one of the two nodes has a defect.
     */
    SortedSet<ChangeId> contradicting() {
        return contradicting;
    }

    /** Items whose rows could not be read at the start and were folded again from their logs. */
    List<ItemKey> damaged() {
        return damaged;
    }

    /**
     * Takes in the first change of a run that came from outside, which was admitted.
     *
     * @param wallMs this node's clock, to show how far the author's is ahead
     */
    Patch append(Admission.Admitted admitted, Run run, long wallMs) {
        Place linked = run.linked();
        if (linked != null && linked.seq() + 1 == run.first().change().header().seq()) {
            // What comes now proves it as well, and in the end the signature of the run alone does.
            Signed bare = new Signed(history.change(linked), null);
            history.unsign(linked, bare);
            batches.rows().put(Table.CHANGES, Rows.changeKey(linked), Rows.change(bare));
        }
        run.linked(null);
        Patch patch = append(admitted, run.first(), wallMs);
        int branch = patch.place().branch();
        Unproved before = unproved.remove(branch);
        if (before != null && before.run() != run) {
            // One signature covers so many and no more: those of two runs may be too many.
            prove(before);
        }
        if (run.first().signature() == null) {
            unproved.put(branch, new Unproved(patch.place(), run));
        }
        return patch;
    }

    /**
     * Takes in a change that was admitted.
     *
     * @param wallMs this node's clock, to show how far the author's is ahead
     */
    Patch append(Admission.Admitted admitted, Signed signed, long wallMs) {
        if (project.contradicts(admitted)) {
            contradicting.add(signed.change().id());
        }
        Patch patch = project.apply(admitted);
        history.add(patch, signed);
        Batch rows = batches.rows();
        BranchRecord branch = patch.newBranch();
        if (branch != null) {
            rows.put(Table.CHAINS, Rows.branchKey(branch.branch()), Rows.branch(branch));
        }
        Place place = patch.place();
        rows.put(Table.CHANGES, Rows.changeKey(place.branch(), place.seq()), Rows.change(signed));
        sequence++;
        rows.put(
                Table.ARRIVALS,
                Rows.arrivalKey(sequence),
                Rows.arrival(patch.arrival(), patch.change().id()));
        for (LogRecord record : patch.log()) {
            rows.put(Table.ITEM_LOG, Rows.logKey(record), Rows.logRow(record));
        }
        show(patch.items());
        if (patch.deferred()) {
            rows.put(Table.META, MetaKeys.SETTLING, Rows.unsettled(project.unsettled()));
            rows.put(Table.META, MetaKeys.SETTLED, NOTHING);
        }
        arrivals.add(new Arrival(sequence, signed.change()));
        places.add(place);
        heads.put(place.branch(), place.seq());
        clocks.saw(signed.change(), wallMs);
        batches.countChange();
        return patch;
    }

    /**
     * Folds a piece of what late verdicts left, where they left something. The marker and how far
     * it is done go to disk with the rows: a start in between goes on there. Even a piece that
     * folds no item makes a row, so a batch leaves, and its commit brings the next piece.
     */
    void settle() {
        if (!project.isSettling()) {
            return;
        }
        show(project.settle(pieceMax));
        Batch rows = batches.rows();
        if (project.isSettling()) {
            ItemKey upTo = project.settledUpTo();
            rows.put(Table.META, MetaKeys.SETTLED, upTo == null ? NOTHING : upTo.bytes());
        } else {
            rows.delete(Table.META, MetaKeys.SETTLING);
            rows.delete(Table.META, MetaKeys.SETTLED);
        }
    }

    private void show(Map<ItemKey, @Nullable Item> changed) {
        changed.forEach((key, item) -> {
            show(key, items.get(key), item);
            touched.put(key, true);
        });
    }

    /** Gives a change of this batch its signature. */
    void sign(Place place, Signed signed) {
        history.sign(place, signed);
        batches.rows()
                .put(
                        Table.CHANGES,
                        Rows.changeKey(place.branch(), place.seq()),
                        Rows.change(signed));
    }

    /**
     * Puts an outline in place of a change that is on disk. The fold reads the same of it, so no
     * other row changes.
     *
     * @return by how many bytes the row is shorter
     */
    int outline(Place place, Signed outlined) {
        int before = Rows.change(history.signed(place)).length;
        byte[] row = Rows.change(outlined);
        history.outlined(place);
        batches.rows().put(Table.CHANGES, Rows.changeKey(place), row);
        return before - row.length;
    }

    /** Folds an item again from its log and writes its row; whether it was another before. */
    boolean repair(ItemKey key) {
        Item before = project.item(key);
        Item after = project.refold(key);
        show(key, before, after);
        touched.put(key, true);
        return before == null ? after != null : !before.equals(after);
    }

    /**
     * Nothing is on disk without a proof of its author: where a run stopped before its signature,
     * the last change gets the headers that lead to it.
     */
    private void prove() {
        unproved.values().forEach(this::prove);
        unproved.clear();
    }

    private void prove(Unproved last) {
        sign(last.place(), last.run().proved(history.change(last.place())));
        last.run().linked(last.place());
    }

    /** Writes the rows of the items that changed, each once, and hands over what to show later. */
    Closing close() {
        prove();
        boolean small =
                project.id() != null
                        && !project.isSettling()
                        && !project.needsUpdate()
                        && touched.size() <= DIGEST_ITEMS;
        for (ItemKey key : touched.keySet()) {
            Item item = items.get(key);
            if (item == null) {
                batches.rows().delete(Table.ITEMS, key.bytes());
            } else {
                batches.rows().put(Table.ITEMS, key.bytes(), project.stored(item, small));
            }
        }
        ChangeId digest = small ? project.digest().value() : null;
        history.closed();
        Closing closing =
                new Closing(
                        arrivals,
                        places,
                        heads,
                        items,
                        numbers,
                        sequence,
                        project.changes(),
                        withVoid,
                        project.unsettledSize(),
                        digest);
        arrivals = new ArrayList<>();
        places = new ArrayList<>();
        touched = new TreeMap<>();
        heads = new TreeMap<>();
        return closing;
    }

    /** What is on disk at the start. Without a digest, which costs by the number of items. */
    Closing present() {
        SortedMap<Integer, Integer> all = new TreeMap<>();
        for (int branch = 0; branch < project.dag().branches(); branch++) {
            all.put(branch, project.dag().head(branch).seq());
        }
        return new Closing(
                List.of(),
                List.of(),
                all,
                items,
                numbers,
                sequence,
                project.changes(),
                withVoid,
                project.unsettledSize(),
                null);
    }

    private void show(ItemKey key, @Nullable Item before, @Nullable Item after) {
        if (before != null) {
            seen.replaced(before);
            open -= isOpen(before) ? 1 : 0;
            withVoid -= before.hasVoid() ? 1 : 0;
        }
        if (before != null && (after == null || after.number() != before.number())) {
            numbers = numbers.without(before.number(), key);
        }
        if (after == null) {
            items = items.without(key);
            return;
        }
        items = items.with(key, after);
        open += isOpen(after) ? 1 : 0;
        withVoid += after.hasVoid() ? 1 : 0;
        if (after.number() > 0 && (before == null || after.number() != before.number())) {
            numbers = numbers.with(after.number(), key);
        }
    }

    private static boolean isOpen(Item item) {
        Stage stage = item.stage();
        return !item.deleted() && stage != null && !stage.name().terminal();
    }
}

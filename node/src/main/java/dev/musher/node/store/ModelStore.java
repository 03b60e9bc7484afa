package dev.musher.node.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A store in memory, with the faults of a disk at the caller's command.
 *
 * <p>Pure and deterministic: no clock, no thread, no chance of its own. Not thread safe. With
 * {@link Sync#BY_HAND} a commit stays unsynced, as in the page cache, until {@link #sync}; {@link
 * #crash} takes unsynced batches away, whole and from the tail, as the log of RocksDB does. The
 * rows live on the "disk" of this object, so that {@link #reopen} after a crash or close finds
 * them.
 *
 * <p>Every batch keeps what it replaced until it is synced; a crash undoes from the tail.
 */
public final class ModelStore implements Store {
    /** When a commit is on disk. */
    public enum Sync {
        /** When it returns, as the port demands. */
        ON_COMMIT,
        /** When {@link ModelStore#sync} is called: for tests of what is shown before that. */
        BY_HAND
    }

    private final byte[] id;
    private final Sync sync;
    private final Map<Table, NavigableMap<byte[], byte[]>> tables = new EnumMap<>(Table.class);
    private final Map<Table, NavigableMap<byte[], Boolean>> corrupt = new EnumMap<>(Table.class);
    private final Deque<List<Undo>> unsynced = new ArrayDeque<>();

    private boolean closed;
    private boolean full;
    private boolean tailDropped;
    private @Nullable StoreFailedException failure;
    private @Nullable Outcome nextFails;

    /** What really became of a batch whose commit failed. */
    public enum Outcome {
        /** It is on disk all the same. */
        WRITTEN,
        /** It is not there. */
        ABSENT
    }

    /** What a key held before a batch; null if nothing. */
    private static final class Undo {
        private final Table table;
        private final byte[] key;
        private final byte @Nullable [] value;

        private Undo(Table table, byte[] key, byte @Nullable [] value) {
            this.table = table;
            this.key = key;
            this.value = value;
        }
    }

    /**
     * An empty store.
     *
     * @param id eight bytes
     */
    public ModelStore(byte[] id, Sync sync) {
        if (id.length != 8) {
            throw new IllegalArgumentException("a store id has 8 bytes, not " + id.length);
        }
        this.id = id.clone();
        this.sync = sync;
        for (Table table : Table.values()) {
            tables.put(table, new TreeMap<>(Arrays::compareUnsigned));
            corrupt.put(table, new TreeMap<>(Arrays::compareUnsigned));
        }
    }

    @Override
    public byte[] id() {
        return id.clone();
    }

    @Override
    public byte @Nullable [] get(Table table, byte[] key) {
        byte[] value = rows(table).get(key);
        if (value == null) {
            return null;
        }
        check(table, key);
        return value.clone();
    }

    @Override
    public List<byte @Nullable []> getAll(Table table, List<byte[]> keys) {
        List<byte @Nullable []> values = new ArrayList<>(keys.size());
        for (byte[] key : keys) {
            values.add(get(table, key));
        }
        return values;
    }

    @Override
    public void scan(Table table, byte[] from, byte @Nullable [] to, RowVisitor visitor) {
        NavigableMap<byte[], byte[]> rows = rows(table);
        if (to != null && Arrays.compareUnsigned(from, to) >= 0) {
            return;
        }
        NavigableMap<byte[], byte[]> range =
                to == null ? rows.tailMap(from, true) : rows.subMap(from, true, to, false);
        for (Map.Entry<byte[], byte[]> row : range.entrySet()) {
            check(table, row.getKey());
            if (!visitor.row(row.getKey().clone(), row.getValue().clone())) {
                return;
            }
        }
    }

    @Override
    public @Nullable Row lastBefore(Table table, byte[] before) {
        Map.Entry<byte[], byte[]> row = rows(table).lowerEntry(before);
        if (row == null) {
            return null;
        }
        check(table, row.getKey());
        return new Row(row.getKey().clone(), row.getValue().clone());
    }

    @Override
    public void commit(Batch batch) {
        if (closed) {
            throw new StoreClosedException();
        }
        if (failure != null) {
            throw refused(failure);
        }
        if (batch.isEmpty()) {
            return;
        }
        if (full) {
            throw new StoreFullException("the disk is full (by order of the test)");
        }
        Outcome outcome = nextFails;
        nextFails = null;
        if (outcome != Outcome.ABSENT) {
            apply(batch);
        }
        if (outcome != null) {
            failure = new StoreFailedException("the write failed (by order of the test)", null);
            throw failure;
        }
        if (sync == Sync.ON_COMMIT) {
            sync();
        }
    }

    @Override
    public StoreHealth health() {
        StoreHealth.State state =
                closed
                        ? StoreHealth.State.CLOSED
                        : failure != null
                                ? StoreHealth.State.FAILED
                                : full ? StoreHealth.State.FULL : StoreHealth.State.OPEN;
        return new StoreHealth(state, tailDropped ? new Loss(0) : null, true, "");
    }

    /** Closes in order: everything committed is on disk then. */
    @Override
    public void close() {
        if (!closed) {
            sync();
            closed = true;
        }
    }

    /** Brings every commit so far to disk. */
    public void sync() {
        unsynced.clear();
    }

    /** Number of commits a crash could take. */
    public int unsyncedBatches() {
        return unsynced.size();
    }

    /**
     * The power goes: any number of unsynced batches are lost, from the tail. The last one may be
     * torn, which the next opening notices and reports ({@link StoreHealth#tailDropped}); a log
     * that ends between two batches looks whole. The store is closed afterwards.
     *
     * @return number of batches lost
     */
    public int crash(RandomGenerator random) {
        int lost = random.nextInt(unsynced.size() + 1);
        for (int i = 0; i < lost; i++) {
            undo(unsynced.removeLast());
        }
        boolean torn = lost > 0 && random.nextBoolean();
        unsynced.clear();
        tailDropped = torn;
        closed = true;
        return lost;
    }

    /** Opens again what {@link #crash} or {@link #close} closed. Orders to fail are forgotten. */
    public ModelStore reopen() {
        if (!closed) {
            throw new IllegalStateException("the store is open");
        }
        closed = false;
        failure = null;
        nextFails = null;
        return this;
    }

    /**
     * Orders the next commit to fail, and says what becomes of its batch; null takes the order
     * back.
     */
    public void failNextCommit(@Nullable Outcome outcome) {
        nextFails = outcome;
    }

    /** Fills the disk, or makes room. */
    public void setFull(boolean full) {
        this.full = full;
    }

    /** Damages one row: reading it throws from now on, until it is written again. */
    public void corrupt(Table table, byte[] key) {
        if (rows(table).get(key) == null) {
            throw new IllegalArgumentException("no such row in " + table);
        }
        corruptRows(table).put(key.clone(), true);
    }

    /** A copy of what is there now, as a restored backup is: rows alike, synced, the id its own. */
    public ModelStore copy(byte[] newId) {
        ModelStore copy = new ModelStore(newId, sync);
        for (Table table : Table.values()) {
            // Arrays are never changed once stored, so both may hold them.
            copy.rows(table).putAll(rows(table));
        }
        return copy;
    }

    private void apply(Batch batch) {
        List<Undo> undo = new ArrayList<>(batch.count());
        batch.forEach(
                new Batch.Visitor() {
                    @Override
                    public void put(Table table, byte[] key, byte[] value) {
                        undo.add(new Undo(table, key, rows(table).put(key, value)));
                        corruptRows(table).remove(key);
                    }

                    @Override
                    public void delete(Table table, byte[] key) {
                        undo.add(new Undo(table, key, rows(table).remove(key)));
                        corruptRows(table).remove(key);
                    }
                });
        unsynced.addLast(undo);
    }

    private void undo(List<Undo> undo) {
        for (Undo entry : undo.reversed()) {
            NavigableMap<byte[], byte[]> rows = rows(entry.table);
            if (entry.value == null) {
                rows.remove(entry.key);
            } else {
                rows.put(entry.key, entry.value);
            }
        }
    }

    private NavigableMap<byte[], byte[]> rows(Table table) {
        if (closed) {
            throw new StoreClosedException();
        }
        return Objects.requireNonNull(tables.get(table));
    }

    private NavigableMap<byte[], Boolean> corruptRows(Table table) {
        return Objects.requireNonNull(corrupt.get(table));
    }

    private void check(Table table, byte[] key) {
        if (corruptRows(table).containsKey(key)) {
            throw new StoreCorruptException("a row of " + table + " is damaged", null);
        }
    }

    private static StoreFailedException refused(StoreFailedException first) {
        return new StoreFailedException(
                "the store takes no writes since one failed: " + first.getMessage(), first);
    }
}

package dev.musher.node.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Checkpoint;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.CompactRangeOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Status;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * The store on RocksDB.
 *
 * <p>Thread safe. Reads run beside each other and beside a commit; commits wait for each other.
 * This object is the one owner of everything native: {@link #close} waits for the calls inside,
 * then closes handles, database and options in that order; afterwards every call throws.
 *
 * <p>Calls block on the disk and, being native, pin a virtual thread: use platform threads.
 */
public final class RocksStore implements Store {
    private static final byte[] FORMAT_KEY = "format".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ID_KEY = "id".getBytes(StandardCharsets.US_ASCII);
    private static final int ID_BYTES = 8;
    private static final long STALL_POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Path dir;
    private final StoreOptions options;
    private final Reserve reserve;
    private final Witness witness;
    private final Lease lease = new Lease();
    private final ReentrantLock commits = new ReentrantLock();
    private final byte[] id;

    // Replaced together, and only while nobody else is inside the lease.
    private volatile Recovery opened;
    private RocksDB db;
    private ReadOptions reads;
    private WriteOptions writes;

    private volatile @Nullable StoreFailedException failure;
    private volatile String detail = "";
    private volatile boolean closed;

    /** Whether opening anew failed, so that there is nothing native left to call or close. */
    private boolean gone;

    private RocksStore(Path dir, StoreOptions options, Recovery opened, Reserve reserve)
            throws RocksDBException, IOException {
        this.dir = dir;
        this.options = options;
        this.opened = opened;
        this.db = opened.db();
        this.reserve = reserve;
        this.reads = opened.columns().reads();
        this.writes = opened.columns().writes();
        this.id = ownRows();
        this.witness = Witness.open(dir);
    }

    /**
     * Opens the store in a folder, making it if there is none. One that an older version wrote is
     * raised to this version's format, and stays beside it as it was: {@code <dir>.format-N}, a
     * backup.
     *
     * @throws NewerFormatException if a newer version wrote it; not a byte was changed
     * @throws StoreLockedException if it is open already, in this process or another
     * @throws StoreCorruptException if what is there cannot be trusted
     * @throws StoreFailedException if the disk refused
     */
    public static RocksStore open(Path dir, StoreOptions options) {
        try {
            return open(dir, options, null);
        } catch (IOException e) {
            throw new StoreFailedException("the store in " + dir + " does not open: " + e, e);
        }
    }

    /**
     * Opens a damaged store that {@link #open(Path, StoreOptions)} refuses, in a copy of its own,
     * to see what can still be read. Rows are missing, or older ones are in their place, without a
     * word: only for what proves itself, as signed changes do.
     *
     * @throws StoreCorruptException if nothing can be read
     * @throws StoreFailedException if the disk refused
     */
    public static RocksStore salvage(Path copy, StoreOptions options) {
        RocksStore store = null;
        try {
            NativeLibrary.load(options.nativeFolder());
            LogRecords.disarm(copy);
            Reserve none = new Reserve(copy, 0, options.marginBytes(), FreeSpace.of(copy));
            Recovery opened = Recovery.salvage(copy, options);
            try {
                store = new RocksStore(copy, options, opened, none);
                return store;
            } catch (RocksDBException e) {
                throw Recovery.translate(copy, e);
            } finally {
                if (store == null) {
                    opened.close();
                }
            }
        } catch (IOException e) {
            throw new StoreFailedException("the store in " + copy + " does not open: " + e, e);
        }
    }

    /** As {@link #open(Path, StoreOptions)}, asking something else for the free space. */
    static RocksStore open(Path dir, StoreOptions options, @Nullable FreeSpace space)
            throws IOException {
        NativeLibrary.load(options.nativeFolder());
        int format = FormatFile.check(dir);
        LogRecords.check(dir);
        Reserve reserve =
                new Reserve(
                        dir,
                        options.reserveBytes(),
                        options.marginBytes(),
                        space == null ? FreeSpace.of(dir) : space);
        reserve.beforeOpen();
        Recovery opened = Recovery.open(dir, options);
        RocksStore store = null;
        try {
            reserve.afterOpen();
            if (format < FormatFile.KNOWN) {
                Migration.raise(dir, format, opened, options);
            }
            store = new RocksStore(dir, options, opened, reserve);
            store.claim();
            return store;
        } catch (RocksDBException e) {
            throw Recovery.translate(dir, e);
        } finally {
            if (store == null) {
                opened.close();
            }
        }
    }

    @Override
    public byte[] id() {
        return id.clone();
    }

    @Override
    public byte @Nullable [] get(Table table, byte[] key) {
        lease.enter();
        try {
            return db.get(handle(table), reads, key);
        } catch (RocksDBException e) {
            throw unreadable(table, e);
        } finally {
            lease.leave();
        }
    }

    @Override
    public List<byte @Nullable []> getAll(Table table, List<byte[]> keys) {
        lease.enter();
        try {
            if (keys.isEmpty()) {
                return List.of();
            }
            List<ColumnFamilyHandle> same = Collections.nCopies(keys.size(), handle(table));
            // A copy, since RocksDB's list does not say that its elements may be null.
            return new ArrayList<byte @Nullable []>(db.multiGetAsList(reads, same, keys));
        } catch (RocksDBException e) {
            throw unreadable(table, e);
        } finally {
            lease.leave();
        }
    }

    @Override
    public void scan(Table table, byte[] from, byte @Nullable [] to, RowVisitor visitor) {
        lease.enter();
        try (RocksIterator rows = db.newIterator(handle(table), reads)) {
            for (rows.seek(from); rows.isValid(); rows.next()) {
                byte[] key = rows.key();
                if (to != null && Arrays.compareUnsigned(key, to) >= 0) {
                    return;
                }
                if (lease.ended()) {
                    throw new StoreClosedException();
                }
                if (!visitor.row(key, rows.value())) {
                    return;
                }
            }
            // A damaged block looks like the end of the table to isValid.
            rows.status();
        } catch (RocksDBException e) {
            throw unreadable(table, e);
        } finally {
            lease.leave();
        }
    }

    @Override
    public @Nullable Row lastBefore(Table table, byte[] before) {
        lease.enter();
        try (RocksIterator rows = db.newIterator(handle(table), reads)) {
            rows.seekForPrev(before);
            if (rows.isValid() && Arrays.equals(rows.key(), before)) {
                rows.prev();
            }
            rows.status();
            return rows.isValid() ? new Row(rows.key(), rows.value()) : null;
        } catch (RocksDBException e) {
            throw unreadable(table, e);
        } finally {
            lease.leave();
        }
    }

    @Override
    public void commit(Batch batch) {
        recoverFromFull();
        lease.enter();
        try {
            commits.lock();
            try {
                commitAlone(batch);
            } finally {
                commits.unlock();
            }
        } finally {
            lease.leave();
        }
    }

    @Override
    public StoreHealth health() {
        StoreHealth.State state =
                closed
                        ? StoreHealth.State.CLOSED
                        : failure != null
                                ? StoreHealth.State.FAILED
                                : reserve.writable()
                                        ? StoreHealth.State.OPEN
                                        : StoreHealth.State.FULL;
        return new StoreHealth(state, opened.loss(), reserve.held(), detail);
    }

    /**
     * Reads every table file and compares its checksums: finds damage before it is needed.
     *
     * @throws StoreCorruptException naming the file
     */
    public void verifyChecksums() {
        lease.enter();
        try {
            db.verifyChecksum();
        } catch (RocksDBException e) {
            throw new StoreCorruptException("the store in " + dir + " is damaged: " + e, e);
        } finally {
            lease.leave();
        }
    }

    /** Moves everything to the bottom level, where it is smallest. Takes long; reads go on. */
    public void compact() {
        lease.enter();
        try (CompactRangeOptions all =
                new CompactRangeOptions()
                        .setBottommostLevelCompaction(
                                CompactRangeOptions.BottommostLevelCompaction.kForceOptimized)) {
            flush();
            for (ColumnFamilyHandle handle : opened.handles()) {
                db.compactRange(handle, null, null, all);
            }
        } catch (RocksDBException e) {
            throw new StoreFailedException("compaction failed: " + e.getMessage(), e);
        } finally {
            lease.leave();
        }
    }

    /** Bytes of the store's files, without the reserve. */
    public long sizeBytes() {
        try (Stream<Path> files = Files.list(dir)) {
            long sum = 0;
            for (Path file : (Iterable<Path>) files::iterator) {
                sum += Reserve.isReserve(file) ? 0 : sizeOf(file);
            }
            return sum;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How often the log was synced since opening: at least once a commit. */
    public long logSyncs() {
        lease.enter();
        try {
            return opened.columns().logSyncs();
        } finally {
            lease.leave();
        }
    }

    /** Native memory in use. */
    public StoreMemory memory() {
        lease.enter();
        try {
            return new StoreMemory(
                    opened.columns().cachedBytes(),
                    db.getAggregatedLongProperty("rocksdb.cur-size-all-mem-tables"),
                    db.getAggregatedLongProperty("rocksdb.estimate-table-readers-mem"),
                    opened.columns().pinnedBytes());
        } catch (RocksDBException e) {
            throw new StoreFailedException("memory figures: " + e.getMessage(), e);
        } finally {
            lease.leave();
        }
    }

    @Override
    public void close() {
        lease.end(this::closeAlone);
    }

    /** Folder of the store. */
    public Path dir() {
        return dir;
    }

    /** Writes all that is committed to a new folder, which then is a store of the same id. */
    void checkpoint(Path target) throws IOException {
        lease.enter();
        try (Checkpoint checkpoint = Checkpoint.create(db)) {
            checkpoint.createCheckpoint(target.toString());
            FormatFile.write(target, FormatFile.KNOWN);
        } catch (RocksDBException e) {
            throw new IOException("checkpoint of " + dir + ": " + e.getMessage(), e);
        } finally {
            lease.leave();
        }
    }

    /** Gives a new id to the store in a folder: after a restore, old cursors mean nothing in it. */
    static void renew(Path dir, StoreOptions options) {
        try (RocksStore store = open(dir, options)) {
            try (WriteBatch batch = new WriteBatch()) {
                batch.put(store.opened.handles().getFirst(), ID_KEY, freshId());
                store.db.write(store.writes, batch);
            } catch (RocksDBException e) {
                throw new StoreFailedException("the restored store refuses a new id", e);
            }
        }
    }

    private void commitAlone(Batch batch) {
        StoreFailedException failed = failure;
        if (failed != null) {
            throw new StoreFailedException(
                    "the store takes no writes since one failed: " + failed.getMessage(), failed);
        }
        if (batch.isEmpty()) {
            return;
        }
        requireRoom(batch);
        try (WriteBatch encoded = new WriteBatch(batch.encoded())) {
            writeWithinBound(encoded);
        } catch (RocksDBException e) {
            throw failed(e);
        }
        try {
            witness.keep(db.getLatestSequenceNumber());
        } catch (IOException e) {
            // The batch is durable; only the check at the next opening will know less.
            detail = "the last acknowledged write is not kept: " + e;
        }
    }

    private void writeWithinBound(WriteBatch batch) throws RocksDBException {
        long begun = System.nanoTime();
        while (true) {
            try {
                db.write(writes, batch);
                return;
            } catch (RocksDBException e) {
                // Incomplete says that RocksDB would have waited, and that nothing was written.
                if (Recovery.code(e) != Status.Code.Incomplete) {
                    throw e;
                }
            }
            if (System.nanoTime() - begun >= TimeUnit.MILLISECONDS.toNanos(options.stallMsMax())) {
                throw new StoreFullException(
                        "the disk does not keep up: a write waited "
                                + options.stallMsMax()
                                + " ms and was not begun");
            }
            LockSupport.parkNanos(STALL_POLL_NANOS);
        }
    }

    /** Throws if the disk has no room for the batch and for moving what is in memory. */
    private void requireRoom(Batch batch) {
        try {
            long needed =
                    2 * batch.bytes()
                            + db.getAggregatedLongProperty("rocksdb.cur-size-all-mem-tables");
            if (reserve.admits(needed)) {
                return;
            }
        } catch (IOException e) {
            throw failed(e);
        } catch (RocksDBException e) {
            throw failed(e);
        }
        throw new StoreFullException(
                "no room on the disk of " + dir + ": nothing was written; make room, it goes on");
    }

    /** Takes writes again, if the disk was full and there is room by now. */
    private void recoverFromFull() {
        if (reserve.full() && reserve.writable() && failure == null) {
            lease.alone(this::resumeAlone);
        }
    }

    /**
     * Opens the database anew if work of its own failed meanwhile: it then refuses all writes, and
     * what it does to recover by itself was seen to wait for ever. What was acknowledged is in the
     * log, and no write was begun since, so this is the ordinary recovery.
     */
    private void resumeAlone() {
        if (!reserve.full()) {
            return;
        }
        try {
            if (db.getLongProperty("rocksdb.background-errors") > 0) {
                openAnew();
            }
            reserve.resume();
        } catch (IOException | RocksDBException | StoreException e) {
            throw failed(e);
        }
    }

    private void openAnew() throws IOException {
        db.cancelAllBackgroundWork(true);
        opened.close();
        gone = true;
        try {
            use(Recovery.open(dir, options));
            gone = false;
            if (opened.loss() != null) {
                throw new IOException("the end of the log was lost on a full disk");
            }
        } finally {
            if (gone) {
                lease.endNow();
            }
        }
    }

    private void use(Recovery recovered) {
        opened = recovered;
        db = recovered.db();
        reads = recovered.columns().reads();
        writes = recovered.columns().writes();
    }

    private StoreFailedException failed(Exception e) {
        StoreFailedException failed =
                new StoreFailedException(
                        "a write to "
                                + dir
                                + " failed, whether it is on disk is unknown: "
                                + e.getMessage(),
                        e);
        detail = String.valueOf(failed.getMessage());
        failure = failed;
        return failed;
    }

    private void flush() throws RocksDBException {
        try (FlushOptions flush = new FlushOptions().setWaitForFlush(true)) {
            db.flush(flush, opened.handles());
        }
    }

    private void closeAlone() {
        if (closed) {
            return;
        }
        closed = true;
        if (!gone) {
            settle();
        }
        try {
            // While the lock is still held: the next owner writes its own.
            OwnerFile.delete(dir);
            witness.close();
        } catch (IOException e) {
            detail = "a small file did not close: " + e;
        }
        if (!gone) {
            opened.close();
        }
    }

    /** Ends the work of the database, leaving an empty log where that is possible. */
    private void settle() {
        if (failure == null && !reserve.full()) {
            try {
                flush();
            } catch (RocksDBException e) {
                // Nothing is lost: the log has it all, the next opening takes longer.
                detail = "rows in memory were left to the log: " + e.getMessage();
            }
        }
        db.cancelAllBackgroundWork(true);
    }

    /** Leaves the number of this process for a second one to name. */
    private void claim() {
        try {
            OwnerFile.write(dir);
        } catch (IOException e) {
            // A hint only; on a full disk reading must work without it.
            detail = "this process is not named in the store's folder: " + e;
        }
    }

    /** Reads the store's own rows, or writes them into a new one; returns the id. */
    private byte[] ownRows() throws RocksDBException {
        ColumnFamilyHandle own = opened.handles().getFirst();
        checkColumnNumbers();
        byte[] format = db.get(own, FORMAT_KEY);
        byte[] found = db.get(own, ID_KEY);
        if (format == null && found == null && db.getLatestSequenceNumber() == 0) {
            byte[] made = freshId();
            try (WriteBatch batch = new WriteBatch()) {
                batch.put(own, FORMAT_KEY, knownFormat());
                batch.put(own, ID_KEY, made);
                db.write(writes, batch);
            }
            return made;
        }
        if (format == null || format.length != 4 || found == null || found.length != ID_BYTES) {
            throw new StoreCorruptException(
                    "the store in " + dir + " lacks its format or id: restore a backup", null);
        }
        int version = ByteBuffer.wrap(format).getInt();
        if (version > FormatFile.KNOWN) {
            throw new NewerFormatException(dir.toString(), version, FormatFile.KNOWN);
        }
        if (version < FormatFile.KNOWN) {
            db.put(own, writes, FORMAT_KEY, knownFormat());
        }
        return found;
    }

    private static byte[] knownFormat() {
        return ByteBuffer.allocate(Integer.BYTES).putInt(FormatFile.KNOWN).array();
    }

    /** A batch names tables by number, so the numbers must be what it believes. */
    private void checkColumnNumbers() {
        for (Table table : Table.values()) {
            if (handle(table).getID() != table.column()) {
                throw new StoreCorruptException(
                        "the store in " + dir + " has its tables in another order", null);
            }
        }
    }

    private ColumnFamilyHandle handle(Table table) {
        return opened.handles().get(table.column());
    }

    private StoreCorruptException unreadable(Table table, RocksDBException e) {
        return new StoreCorruptException(
                "a row of " + table + " in " + dir + " cannot be read: " + e.getMessage(), e);
    }

    private static byte[] freshId() {
        byte[] id = new byte[ID_BYTES];
        new SecureRandom().nextBytes(id);
        return id;
    }

    private static long sizeOf(Path file) throws IOException {
        try {
            return Files.size(file);
        } catch (NoSuchFileException e) {
            // RocksDB deleted it since the folder was listed.
            return 0;
        }
    }
}

package dev.musher.node.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/**
 * Opens a database, strictly first.
 *
 * <p>{@code kAbsoluteConsistency} refuses any doubt in the log. A crash may leave half a record at
 * its end, so then {@code kTolerateCorruptedTailRecords} is tried, and what happened is reported.
 * RocksDB's default, recovery to a point in time, is never used: one flipped byte in the middle of
 * a log made it drop everything behind, without an error.
 *
 * @param db the open database; the caller closes handles, database, columns in this order
 * @param handles the store's own family, then the tables in their order
 * @param columns settings, with native objects that must outlive the database
 * @param loss what is missing at the end of the log; null where nothing is
 */
record Recovery(
        RocksDB db, List<ColumnFamilyHandle> handles, Columns columns, @Nullable Loss loss) {

    static Recovery open(Path dir, StoreOptions options) throws IOException {
        long acknowledged = Witness.read(dir);
        RocksDBException refusal;
        try {
            return open(dir, options, Columns.Opening.STRICT, false).comparedWith(acknowledged);
        } catch (RocksDBException e) {
            refusal = e;
        }
        if (code(refusal) != Status.Code.Corruption) {
            throw translate(dir, refusal);
        }
        try {
            return open(dir, options, Columns.Opening.TORN_TAIL, true).comparedWith(acknowledged);
        } catch (RocksDBException e) {
            e.addSuppressed(refusal);
            throw translate(dir, e);
        }
    }

    /**
     * Opens what no trusted way opens, to see what can still be read. Rows are missing, or older
     * ones are in their place, without a word: only for what proves itself.
     */
    static Recovery salvage(Path dir, StoreOptions options) throws IOException {
        RocksDBException refusal;
        try {
            return open(dir, options, Columns.Opening.SALVAGE, true);
        } catch (RocksDBException e) {
            refusal = e;
        }
        try {
            return open(dir, options, Columns.Opening.LAST_RESORT, true);
        } catch (RocksDBException e) {
            e.addSuppressed(refusal);
            throw translate(dir, e);
        }
    }

    private static Recovery open(
            Path dir, StoreOptions options, Columns.Opening opening, boolean tailDropped)
            throws RocksDBException {
        Columns columns = new Columns(options, opening);
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        RocksDB db = null;
        try {
            db = RocksDB.open(columns.database(), dir.toString(), columns.families(), handles);
            return new Recovery(
                    db, List.copyOf(handles), columns, tailDropped ? new Loss(0) : null);
        } finally {
            if (db == null) {
                columns.close();
            }
        }
    }

    private Recovery comparedWith(long acknowledged) {
        // RocksDB counts rows: each put or deletion takes the next number.
        long missing = acknowledged - db.getLatestSequenceNumber();
        return missing > 0 ? new Recovery(db, handles, columns, new Loss(missing)) : this;
    }

    /** Closes in the one right order. */
    void close() {
        for (ColumnFamilyHandle handle : handles) {
            handle.close();
        }
        db.close();
        columns.close();
    }

    static StoreException translate(Path dir, RocksDBException e) throws IOException {
        String message = String.valueOf(e.getMessage());
        if (message.toLowerCase(Locale.ROOT).contains("lock")
                && message.contains("LOCK")
                && code(e) == Status.Code.IOError) {
            return new StoreLockedException(dir.toString(), OwnerFile.read(dir), e);
        }
        if (code(e) == Status.Code.Corruption) {
            return new StoreCorruptException(
                    "the store in "
                            + dir
                            + " is damaged: "
                            + message
                            + ": `musher doctor --repair`, or restore a backup",
                    e);
        }
        return new StoreFailedException("the store in " + dir + " does not open: " + message, e);
    }

    static Status.@Nullable Code code(RocksDBException e) {
        return e.getStatus() == null ? null : e.getStatus().getCode();
    }
}

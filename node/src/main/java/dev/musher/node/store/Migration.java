package dev.musher.node.store;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Checkpoint;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * Raises a store that an older version wrote, once there is a backup of it that was compared with
 * it row by row.
 *
 * <p>The backup is {@code <store>.format-N}, beside the store, with the layout of every backup; it
 * costs the table files that the store itself replaces later. It is kept, and is the only one:
 * those of earlier formats go when it is there. It is made while the store is open, so that nobody
 * else has it; nothing of the store says the new format before the backup has its name. So a kill
 * at any moment leaves a store of the old format, which the next opening raises from the start, or
 * one of the new format with its backup.
 */
final class Migration {

    private static final String SUFFIX = ".format-";

    private Migration() {}

    /**
     * Raises the format that the folder tells; the database's own row is the caller's to raise.
     *
     * @param found the store's format
     * @throws StoreCorruptException where the backup is not what the store is: the store is as it
     *     was then
     */
    static void raise(Path dir, int found, Recovery opened, StoreOptions options)
            throws IOException, RocksDBException {
        if (options.backupFirst()) {
            Path store = dir.toAbsolutePath().normalize();
            Path target = store.resolveSibling(store.getFileName() + SUFFIX + found);
            backUp(store, target, found, opened, options);
            forgetOthers(store, target);
        }
        // Before the store's own row: an older version must not open what this one wrote.
        FormatFile.write(dir, FormatFile.KNOWN);
    }

    private static void backUp(
            Path store, Path target, int found, Recovery opened, StoreOptions options)
            throws IOException, RocksDBException {
        Path partial = store.resolveSibling(target.getFileName() + ".partial");
        // Of runs that were killed before they raised anything: the store still has it all.
        Durable.deleteTree(partial);
        Durable.deleteTree(target);
        PrivateFolder.make(partial);
        Path copy = partial.resolve(Backup.STORE);
        try (Checkpoint checkpoint = Checkpoint.create(opened.db())) {
            checkpoint.createCheckpoint(copy.toString());
        }
        PrivateFolder.make(copy);
        FormatFile.write(copy, found);
        verify(store, copy, opened, options);
        Durable.syncTree(partial);
        Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
        Durable.syncFolder(target.getParent());
    }

    private static void verify(Path store, Path copy, Recovery opened, StoreOptions options)
            throws IOException, RocksDBException {
        Recovery again = Recovery.open(copy, options);
        try {
            if (again.loss() != null) {
                throw differs(store, "its log does not hold", null);
            }
            for (int i = 0; i < opened.handles().size(); i++) {
                if (!isSame(opened, again, i)) {
                    throw differs(store, "it has other rows", null);
                }
            }
        } catch (RocksDBException e) {
            throw differs(store, "a row of one of them cannot be read: " + e.getMessage(), e);
        } finally {
            again.close();
        }
    }

    /** Whether two databases have the same rows in a family, down to the last byte. */
    private static boolean isSame(Recovery one, Recovery other, int family)
            throws RocksDBException {
        try (RocksIterator a = rows(one, family);
                RocksIterator b = rows(other, family)) {
            a.seekToFirst();
            b.seekToFirst();
            while (a.isValid() && b.isValid()) {
                if (!Arrays.equals(a.key(), b.key()) || !Arrays.equals(a.value(), b.value())) {
                    return false;
                }
                a.next();
                b.next();
            }
            // A damaged block looks like the end of the table to isValid.
            a.status();
            b.status();
            return a.isValid() == b.isValid();
        }
    }

    private static RocksIterator rows(Recovery of, int family) {
        ColumnFamilyHandle handle = of.handles().get(family);
        return of.db().newIterator(handle, of.columns().reads());
    }

    private static StoreCorruptException differs(
            Path store, String how, @Nullable Exception cause) {
        return new StoreCorruptException(
                "the store in "
                        + store
                        + " is of an older format and was not raised, since no backup of it could"
                        + " be made: "
                        + how
                        + ": `musher doctor --repair`, or restore a backup",
                cause);
    }

    private static void forgetOthers(Path store, Path kept) throws IOException {
        try (DirectoryStream<Path> beside =
                Files.newDirectoryStream(store.getParent(), store.getFileName() + SUFFIX + "*")) {
            for (Path each : beside) {
                if (!each.equals(kept)) {
                    Durable.deleteTree(each);
                }
            }
        }
    }
}

package dev.musher.node;

import dev.musher.node.store.Backup;
import dev.musher.node.store.Loss;
import dev.musher.node.store.PrivateFolder;
import dev.musher.node.store.RocksStore;
import dev.musher.node.store.StoreCorruptException;
import dev.musher.node.store.StoreException;
import dev.musher.node.store.StoreFailedException;
import dev.musher.node.store.StoreOptions;
import dev.musher.node.verify.Flaw;
import dev.musher.node.verify.Problem;
import dev.musher.node.verify.Report;
import dev.musher.node.verify.Verification;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Verifies the store of a home, or of a backup, without changing a byte of it: it is looked at in a
 * folder of its own, where opening it may do what it likes. Stateless.
 */
public final class HomeVerify {

    private HomeVerify() {}

    /**
     * Verifies.
     *
     * @param home of a node that does not run, or a backup
     * @param told how many changes were looked at so far
     * @throws HomeException where it is in use, or there is no store
     */
    public static Report stopped(Path home, LongConsumer told) throws InterruptedException {
        Path store = new StoreSwap(home).standing();
        if (store == null) {
            throw new HomeException("there is no store in " + home + ": nothing to verify");
        }
        Path folder = null;
        try (FileChannel held = held(home)) {
            folder = folder(home);
            Backup.look(store, folder.resolve(Backup.STORE));
            return store(folder.resolve(Backup.STORE), told);
        } catch (IOException e) {
            throw new HomeException("the store in " + home + " cannot be read: " + e, e);
        } finally {
            remove(folder);
        }
    }

    /**
     * Verifies a store that is ours to open, which may change its files.
     *
     * @param told how many changes were looked at so far
     */
    public static Report store(Path store, LongConsumer told)
            throws IOException, InterruptedException {
        List<Problem> damage = new ArrayList<>();
        Report report = null;
        try (RocksStore open = RocksStore.open(store, StoreOptions.defaults().ofCopy())) {
            Loss loss = open.health().loss();
            if (loss != null) {
                damage.add(
                        damage(
                                "the end of the log",
                                loss.rows() == 0
                                        ? "is damaged, as by a crash in the middle of a write"
                                        : "is gone: "
                                                + loss.rows()
                                                + " rows that were acknowledged are missing"));
            }
            try {
                open.verifyChecksums();
            } catch (StoreCorruptException e) {
                damage.add(damage("table files", String.valueOf(e.getMessage())));
            }
            report = Verification.ofStore(open, told);
        } catch (StoreCorruptException | StoreFailedException e) {
            damage.add(damage("store", String.valueOf(e.getMessage())));
        } catch (StoreException e) {
            throw new HomeException("the store cannot be verified: " + e.getMessage(), e);
        }
        return report == null ? Report.of(damage) : report.with(damage);
    }

    private static Problem damage(String file, String text) {
        return new Problem(Flaw.STORE, file, "", 0, "", text);
    }

    /** Holds the home's lock, if it has one, so that no node starts meanwhile. */
    private static @Nullable FileChannel held(Path home) throws IOException {
        Path file = home.resolve("lock");
        if (!Files.isWritable(file)) {
            return null;
        }
        FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            throw inUse(home);
        } finally {
            if (lock == null) {
                channel.close();
            }
        }
        if (lock == null) {
            throw inUse(home);
        }
        return channel;
    }

    private static HomeException inUse(Path home) {
        return new HomeException(
                "the home "
                        + home
                        + " is in use by another process: `musher verify` asks a node that runs for"
                        + " a backup and verifies that; this one does not answer, so end it first");
    }

    /** A folder beside the store, so that links are possible; elsewhere where that is refused. */
    private static Path folder(Path home) throws IOException {
        Path beside = home.resolve("verifying");
        if (Files.isWritable(home)) {
            remove(beside);
            PrivateFolder.make(beside);
            return beside;
        }
        return Files.createTempDirectory("musher-verify-");
    }

    private static void remove(@Nullable Path folder) {
        if (folder == null) {
            return;
        }
        try {
            StoreSwap.delete(folder);
        } catch (IOException e) {
            throw new HomeException(folder + " is of no use and cannot be deleted: " + e, e);
        }
    }
}

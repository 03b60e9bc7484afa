package dev.musher.node.store;

import static dev.musher.node.store.StoreContractTest.key;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backup is whole or not there, and so is what is restored from it. */
class BackupTest {
    private static final StoreOptions OPTIONS = SmallStores.options();

    @TempDir Path dir;

    @Test
    @Tag("T-B12")
    void aBackupUnderLoadHoldsAllThatWasAcknowledgedBefore() throws Exception {
        AtomicInteger acknowledged = new AtomicInteger();
        AtomicBoolean stop = new AtomicBoolean();
        CountDownLatch some = new CountDownLatch(50);
        try (RocksStore store = RocksStore.open(dir.resolve("store"), OPTIONS)) {
            Thread writer =
                    Thread.ofPlatform()
                            .start(() -> {
                                for (int i = 1; !stop.get(); i++) {
                                    store.commit(row(i));
                                    acknowledged.set(i);
                                    some.countDown();
                                }
                            });
            some.await();
            for (int round = 0; round < 3; round++) {
                int before = acknowledged.get();
                Path backup = dir.resolve("backup" + round);
                Backup.create(store, backup, OPTIONS, BackupTest::nothing);
                Path restored = dir.resolve("restored" + round);
                Backup.restore(backup, restored, OPTIONS, BackupTest::nothing);
                try (RocksStore copy = RocksStore.open(restored, OPTIONS)) {
                    int rows = 0;
                    while (copy.get(Table.META, key("" + (rows + 1))) != null) {
                        assertNotNull(copy.get(Table.INDEX, key("" + (rows + 1))));
                        rows++;
                    }
                    assertTrue(rows >= before, rows + " rows, " + before + " acknowledged");
                    assertFalse(Arrays.equals(store.id(), copy.id()));
                }
                assertFalse(Files.exists(dir.resolve("backup" + round + ".partial")));
                assertFalse(Files.exists(dir.resolve("restored" + round + ".partial")));
            }
            stop.set(true);
            writer.join();
        }
    }

    /** A kill between the making of the folder and its mark stood in the way for ever. */
    @Test
    @Tag("T-B13")
    void aRestoreKilledBeforeItsMarkHadItsNameIsDoneAgain() throws IOException {
        Path backup = backupOf(3);
        Path partial = Files.createDirectory(dir.resolve("restored.partial"));
        Files.createFile(partial.resolve("PARTIAL.part"));
        Backup.restore(backup, dir.resolve("restored"), OPTIONS, BackupTest::nothing);
        assertFalse(Files.exists(partial));
    }

    @Test
    void whatTheCallerAddsIsInTheBackupAndReadAtTheRestore() throws IOException {
        Path backup = backupOf(3);
        Path[] seen = new Path[1];
        Backup.restore(backup, dir.resolve("new/home/store"), OPTIONS, from -> seen[0] = from);
        assertEquals(backup, seen[0]);
        assertArrayEquals(key("secret"), Files.readAllBytes(seen[0].resolve("device.key")));
        try (RocksStore store = RocksStore.open(dir.resolve("new/home/store"), OPTIONS)) {
            assertNotNull(store.get(Table.META, key("3")));
            assertNull(store.get(Table.META, key("4")));
        }
    }

    /** Where table files cannot be linked they are copied. */
    @Test
    @Tag("T-B12")
    void aBackupGoesToAnotherFileSystem() throws IOException {
        Path memory = Path.of("/dev/shm");
        assumeTrue(Files.isWritable(memory), "needs a second file system");
        assumeTrue(!Files.getFileStore(memory).equals(Files.getFileStore(dir)));
        Path other = Files.createTempDirectory(memory, "musher");
        try (RocksStore store = RocksStore.open(dir.resolve("store"), OPTIONS)) {
            store.commit(row(1));
            Backup.create(store, other.resolve("backup"), OPTIONS, BackupTest::nothing);
            Path restored = dir.resolve("restored");
            Backup.restore(other.resolve("backup"), restored, OPTIONS, BackupTest::nothing);
            try (RocksStore copy = RocksStore.open(restored, OPTIONS)) {
                assertNotNull(copy.get(Table.META, key("1")));
            }
        } finally {
            Durable.deleteTree(other);
        }
    }

    @Test
    void nothingIsWrittenOver() throws IOException {
        Path backup = backupOf(1);
        Path target = Files.createDirectory(dir.resolve("target"));
        Path mine = Files.writeString(target.resolve("mine"), "mine");
        assertThrows(
                TargetNotEmptyException.class,
                () -> Backup.restore(backup, target, OPTIONS, BackupTest::nothing));
        assertEquals("mine", Files.readString(mine));
        try (RocksStore store = RocksStore.open(dir.resolve("store"), OPTIONS)) {
            assertThrows(
                    TargetNotEmptyException.class,
                    () -> Backup.create(store, target, OPTIONS, BackupTest::nothing));
        }
        assertEquals("mine", Files.readString(mine));
    }

    @Test
    void anEmptyFolderIsATarget() throws IOException {
        Path backup = backupOf(1);
        Path target = Files.createDirectory(dir.resolve("target"));
        Backup.restore(backup, target, OPTIONS, BackupTest::nothing);
        try (RocksStore store = RocksStore.open(target, OPTIONS)) {
            assertNotNull(store.get(Table.META, key("1")));
        }
    }

    @Test
    @Tag("T-B13")
    void anUnfinishedRunLeavesNoBackupAndTheNextOneSucceeds() throws IOException {
        try (RocksStore store = RocksStore.open(dir.resolve("store"), OPTIONS)) {
            store.commit(row(1));
            Path target = dir.resolve("backup");
            for (int i = 0; i < 3; i++) {
                assertThrows(
                        IOException.class,
                        () -> Backup.create(store, target, OPTIONS, BackupTest::killed));
                assertFalse(Files.exists(target));
            }
            Backup.create(store, target, OPTIONS, BackupTest::nothing);
            Path restored = dir.resolve("restored");
            for (int i = 0; i < 3; i++) {
                assertThrows(
                        IOException.class,
                        () -> Backup.restore(target, restored, OPTIONS, BackupTest::killed));
                assertFalse(Files.exists(restored));
            }
            Backup.restore(target, restored, OPTIONS, BackupTest::nothing);
            assertTrue(Files.exists(restored.resolve("CURRENT")));
        }
    }

    @Test
    @Tag("T-B5")
    void aDamagedBackupIsNotRestored() throws IOException {
        Path backup = backupOf(2_000);
        Path table = SmallStores.files(backup.resolve(Backup.STORE), ".sst").getLast();
        SmallStores.flip(table, Files.size(table) / 3);
        Path target = dir.resolve("restored");
        assertThrows(
                StoreCorruptException.class,
                () -> Backup.restore(backup, target, OPTIONS, BackupTest::nothing));
        assertFalse(Files.exists(target));
    }

    private Path backupOf(int rows) throws IOException {
        Path backup = dir.resolve("backup");
        try (RocksStore store = RocksStore.open(dir.resolve("store"), OPTIONS)) {
            Batch batch = new Batch();
            for (int i = 1; i <= rows; i++) {
                batch.addAll(row(i));
            }
            store.commit(batch);
            Backup.create(
                    store,
                    backup,
                    OPTIONS,
                    at -> Files.write(at.resolve("device.key"), key("secret")));
        }
        return backup;
    }

    private static Batch row(int i) {
        return new Batch()
                .put(Table.META, key("" + i), new byte[100])
                .put(Table.INDEX, key("" + i), key("x"));
    }

    private static void nothing(Path at) {}

    private static void killed(Path at) throws IOException {
        throw new IOException("killed at " + at);
    }
}

package dev.musher.node.store;

import static dev.musher.node.store.StoreContractTest.key;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is full: writes are refused by name, reads work, and it goes on by itself. */
class FullDiskTest {
    private static final long MIB = 1L << 20;
    private static final StoreOptions OPTIONS =
            StoreOptions.defaults().withReserve(8 * MIB, 4 * MIB).withBuffers(4 * MIB, 4 * MIB);

    @TempDir Path dir;

    @Test
    @Tag("T-B7")
    void withoutRoomWritesAreRefusedBeforeTheyBegin() throws IOException {
        AtomicLong free = new AtomicLong(100 * MIB);
        Path reserve = dir.resolve("store/RESERVE");
        try (RocksStore store = RocksStore.open(dir.resolve("store"), OPTIONS, free::get)) {
            store.commit(put("a"));
            assertTrue(Files.exists(reserve));
            assertTrue(store.health().reserveHeld());
            free.set(3 * MIB);
            assertThrows(StoreFullException.class, () -> store.commit(put("b")));
            assertEquals(StoreHealth.State.FULL, store.health().state());
            assertFalse(Files.exists(reserve), "freed, so that RocksDB can finish");
            assertNotNull(store.get(Table.META, key("a")));
            assertNull(store.get(Table.META, key("b")));
            // What the reserve gave back is not for new writes.
            free.set(11 * MIB);
            assertThrows(StoreFullException.class, () -> store.commit(put("b")));
            assertFalse(store.health().writable());
            free.set(100 * MIB);
            assertTrue(store.health().writable(), "else nobody would try a write again");
            store.commit(put("b"));
            assertEquals(StoreHealth.State.OPEN, store.health().state());
            assertTrue(Files.exists(reserve), "made anew");
            assertNotNull(store.get(Table.META, key("b")));
        }
    }

    @Test
    @Tag("T-B7")
    void aStoreOpensOnAFullDiskByFreeingTheReserve() throws IOException {
        AtomicLong free = new AtomicLong(100 * MIB);
        Path home = dir.resolve("store");
        try (RocksStore store = RocksStore.open(home, OPTIONS, free::get)) {
            store.commit(put("a"));
        }
        free.set(0);
        try (RocksStore store = RocksStore.open(home, OPTIONS, free::get)) {
            assertFalse(Files.exists(home.resolve("RESERVE")));
            assertNotNull(store.get(Table.META, key("a")));
            assertThrows(StoreFullException.class, () -> store.commit(put("b")));
            free.set(100 * MIB);
            store.commit(put("b"));
        }
    }

    /** The same on a file system that is really full, filled by another and freed, many times. */
    @Test
    @Tag("T-B7")
    @Timeout(120)
    void aRealFullDiskLosesNothing() throws Exception {
        Path mount = Files.createDirectory(dir.resolve("tmpfs"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", mount.toString()) == 0,
                "needs the right to mount a small tmpfs");
        try {
            fillAndFree(mount);
        } finally {
            assertEquals(0, run("umount", mount.toString()));
        }
    }

    /** RocksDB's own work fails too; then it takes no writes until it is opened anew. */
    @Test
    @Tag("T-B7")
    @Timeout(60)
    void workThatFailedOnAFullDiskIsMadeGood() throws Exception {
        Path mount = Files.createDirectory(dir.resolve("tmpfs"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", mount.toString()) == 0,
                "needs the right to mount a small tmpfs");
        try (RocksStore store =
                RocksStore.open(mount.resolve("store"), OPTIONS.withBuffers(16 * MIB, 16 * MIB))) {
            Batch batch = new Batch();
            for (int i = 1; i <= 1_500; i++) {
                byte[] value = new byte[4_000];
                new SplittableRandom(i).nextBytes(value);
                batch.put(Table.CHANGES, rowKey(i), value);
            }
            store.commit(batch);
            fill(mount.resolve("ballast"), 0);
            assertThrows(StoreFullException.class, () -> store.commit(row(0)));
            fill(mount.resolve("what the reserve gave"), 0);
            assertThrows(StoreFailedException.class, store::compact);
            assertRows(store, 1_500);
            Files.delete(mount.resolve("ballast"));
            Files.delete(mount.resolve("what the reserve gave"));
            store.commit(row(1_501));
            assertRows(store, 1_501);
            store.compact();
            assertRows(store, 1_501);
            assertTrue(store.health().reserveHeld());
        } finally {
            assertEquals(0, run("umount", mount.toString()));
        }
    }

    /** Another program took the last room between the question and the write. */
    @Test
    @Tag("T-B7")
    @Tag("T-B6")
    @Timeout(60)
    void aDiskFilledBehindOurBackEndsInARefusalNotAHang() throws Exception {
        Path mount = Files.createDirectory(dir.resolve("tmpfs"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", mount.toString()) == 0,
                "needs the right to mount a small tmpfs");
        try {
            int acknowledged = 0;
            Path home = mount.resolve("store");
            try (RocksStore store = RocksStore.open(home, OPTIONS, () -> 1000 * MIB)) {
                while (true) {
                    store.commit(row(acknowledged + 1));
                    acknowledged++;
                }
            } catch (StoreFailedException | StoreFullException e) {
                assertTrue(acknowledged > 1_000, e::toString);
            }
            Files.delete(home.resolve("RESERVE"));
            try (RocksStore store = RocksStore.open(home, OPTIONS)) {
                assertFalse(store.health().acknowledgedLost());
                assertNotNull(store.get(Table.CHANGES, rowKey(acknowledged)));
                assertNull(store.get(Table.CHANGES, rowKey(acknowledged + 2)));
            }
        } finally {
            assertEquals(0, run("umount", mount.toString()));
        }
    }

    private static void fillAndFree(Path mount) throws IOException {
        Path home = mount.resolve("store");
        Path ballast = mount.resolve("ballast");
        int acknowledged = 0;
        try (RocksStore store = RocksStore.open(home, OPTIONS)) {
            for (int round = 0; round < 3; round++) {
                store.commit(row(++acknowledged));
                fill(ballast, 7 * MIB);
                boolean refused = false;
                for (int i = 0; i < 100_000 && !refused; i++) {
                    try {
                        store.commit(row(acknowledged + 1));
                        acknowledged++;
                    } catch (StoreFullException e) {
                        refused = true;
                    }
                }
                assertTrue(refused);
                assertRows(store, acknowledged);
                // Rows that moved to table files may have made room meanwhile; no more.
                fill(ballast.resolveSibling("more"), 0);
                assertThrows(StoreFullException.class, () -> store.commit(row(0)));
                assertEquals(StoreHealth.State.FULL, store.health().state());
                assertRows(store, acknowledged);
                Files.delete(ballast);
                Files.delete(ballast.resolveSibling("more"));
                commitWhenPossible(store, row(++acknowledged));
                assertEquals(StoreHealth.State.OPEN, store.health().state());
            }
        }
        try (RocksStore store = RocksStore.open(home, OPTIONS)) {
            assertFalse(store.health().tailDropped());
            assertRows(store, acknowledged);
        }
    }

    /** The store finds by itself that there is room. */
    private static void commitWhenPossible(Store store, Batch batch) {
        boolean done = false;
        while (!done) {
            try {
                store.commit(batch);
                done = true;
            } catch (StoreFullException e) {
                Thread.onSpinWait();
            }
        }
    }

    /** Rows 1 to n are there, and the one that was refused is not. */
    private static void assertRows(RocksStore store, int n) {
        int[] count = {0};
        store.scan(
                Table.CHANGES,
                new byte[0],
                null,
                (key, value) -> {
                    count[0]++;
                    return true;
                });
        assertEquals(n, count[0]);
        assertNotNull(store.get(Table.CHANGES, rowKey(n)));
        assertNull(store.get(Table.CHANGES, rowKey(n + 1)));
    }

    private static byte[] rowKey(int i) {
        return key(String.format("%08d", i));
    }

    private static Batch row(int i) {
        byte[] value = new byte[4_000];
        new SplittableRandom(i % 100).nextBytes(value);
        return new Batch().put(Table.CHANGES, rowKey(i), value);
    }

    private static Batch put(String key) {
        return new Batch().put(Table.META, key(key), key("1"));
    }

    /** Writes a file until the disk is full, then gives some back. */
    private static void fill(Path file, long giveBack) throws IOException {
        byte[] chunk = new byte[64 << 10];
        try (OutputStream out = Files.newOutputStream(file)) {
            while (true) {
                out.write(chunk);
            }
        } catch (IOException e) {
            assertTrue(String.valueOf(e.getMessage()).contains("No space left"), e::toString);
        }
        try (FileChannel open = FileChannel.open(file, StandardOpenOption.WRITE)) {
            open.truncate(open.size() - giveBack);
        }
    }

    private static int run(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command).inheritIO().start().waitFor();
        } catch (IOException e) {
            return -1;
        }
    }
}

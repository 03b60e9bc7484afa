package dev.musher.node.store;

import static dev.musher.node.store.StoreContractTest.key;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that writes is killed, again and again: what it had acknowledged is there. */
class KillTest {
    private static final int CYCLES = Integer.getInteger("musher.kills", 5);

    @TempDir Path dir;

    @Test
    @Tag("T-B1")
    void everyAcknowledgedBatchSurvivesKills() throws Exception {
        SplittableRandom random = new SplittableRandom(3);
        Path home = dir.resolve("store");
        Set<String> filesBefore = temporaryFiles();
        int next = 1;
        for (int cycle = 0; cycle < CYCLES; cycle++) {
            int acknowledged = next - 1;
            try (Child child = Child.start("write", home.toString(), "" + next)) {
                // Killed at a point of its work, not of the clock: under load both are random.
                int goal = next + random.nextInt(300);
                while (acknowledged < goal) {
                    acknowledged = Integer.parseInt(child.line());
                }
                child.kill();
                for (String line = child.line(); line != null; line = child.line()) {
                    acknowledged = Integer.parseInt(line);
                }
            }
            next = checkRows(home, acknowledged) + 1;
        }
        assertEquals(filesBefore, temporaryFiles(), "a kill leaves nothing unpacked behind");
    }

    @Test
    @Tag("T-B10")
    void aLockLeftByAKillDoesNotBlock() throws Exception {
        Path home = dir.resolve("store");
        for (int i = 0; i < 3; i++) {
            try (Child child = Child.start("hold", home.toString())) {
                assertEquals("open", child.line());
            }
        }
        RocksStore.open(home, SmallStores.options()).close();
    }

    /** Three rows in three tables, which stand or fall together. */
    static Batch batch(int i) {
        byte[] number = ByteBuffer.allocate(4).putInt(i).array();
        return new Batch()
                .put(Table.CHANGES, number, new byte[300])
                .put(Table.IDS, number, number)
                .put(Table.META, key("last"), number);
    }

    /** Checks that rows 1 to at least {@code acknowledged} are there whole; returns the last. */
    private static int checkRows(Path home, int acknowledged) {
        try (RocksStore store = RocksStore.open(home, SmallStores.options())) {
            assertFalse(store.health().acknowledgedLost());
            int[] last = {0};
            store.scan(
                    Table.CHANGES,
                    new byte[0],
                    null,
                    (key, value) -> {
                        int number = ByteBuffer.wrap(key).getInt();
                        assertEquals(last[0] + 1, number, "no holes");
                        last[0] = number;
                        return true;
                    });
            assertTrue(last[0] >= acknowledged, last[0] + " rows of " + acknowledged);
            byte[] number = ByteBuffer.allocate(4).putInt(last[0]).array();
            assertNotNull(store.get(Table.IDS, number));
            assertEquals(last[0], ByteBuffer.wrap(store.get(Table.META, key("last"))).getInt());
            return last[0];
        }
    }

    private static Set<String> temporaryFiles() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.contains("rocksdb"))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }
}

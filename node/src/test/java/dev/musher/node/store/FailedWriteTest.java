package dev.musher.node.store;

import static dev.musher.node.store.StoreContractTest.key;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A write that the system refuses: nothing is acknowledged after it, nothing before it is lost. */
class FailedWriteTest {
    private static final int LIMIT_BYTES = 256 << 10;

    @TempDir Path dir;

    /** The log runs into the limit of a file's size, which needs no rights to set. */
    @Test
    @Tag("T-B6")
    void afterAFailedWriteOnlyReadsAreTaken() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "needs a shell that sets limits");
        // Unpacked here, since the child may not write so large a file.
        RocksStore.open(dir.resolve("other"), SmallStores.options()).close();
        Path home = dir.resolve("store");
        String limited = "ulimit -f " + LIMIT_BYTES / 512 + " && exec \"$@\"";
        int acknowledged = 0;
        try (Child child =
                Child.start(
                        List.of("/bin/sh", "-c", limited, "sh"), "write", home.toString(), "1")) {
            String line = child.line();
            while (line != null && line.chars().allMatch(Character::isDigit)) {
                acknowledged = Integer.parseInt(line);
                line = child.line();
            }
            assertEquals("failed, now FAILED", line);
            assertEquals("refused", child.line());
            assertEquals("read", child.line());
        }
        assertTrue(acknowledged > 100, acknowledged + " before the limit");
        try (RocksStore store = RocksStore.open(home, SmallStores.options())) {
            assertFalse(store.health().acknowledgedLost());
            int last = ByteBuffer.wrap(store.get(Table.META, key("last"))).getInt();
            // The failed one is unknown: there or not, but whole.
            assertTrue(last == acknowledged || last == acknowledged + 1, "" + last);
            store.commit(KillTest.batch(last + 1));
        }
    }
}

package dev.musher.ops.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A short slice of {@code musher soak --disk kills}, with real processes. */
@Timeout(300)
final class KilledRecoveryTest {

    @TempDir Path folder;

    @Test
    @Tag("T-B13")
    void whatBringsAHomeBackMayBeKilledThreeTimesInARow() throws Exception {
        FaultReport report = new KilledRecovery(180).run(folder, 2, 9, said -> {});
        assertTrue(report.holds(), report.json().toString());
        assertEquals(2, report.runs());
        assertTrue(report.figure("killed in the middle") > 0, report.json().toString());
    }
}

package dev.musher.ops.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A short slice of {@code musher soak --disk full}, with a real process. */
@Timeout(300)
final class FullDiskLoopTest {

    @TempDir Path folder;

    @Test
    @Tag("T-B7")
    void aNodeOnAFullDiskRefusesByNameAndGoesOnByItself() throws Exception {
        SmallDisk may = SmallDisk.mount(folder.resolve("may"), 1);
        assumeTrue(may != null, "needs the right to mount a small tmpfs");
        may.close();
        // Machines that test are busy: how long a refusal takes is for the command to judge.
        FaultReport report = new FullDisk(20_000, 180).run(folder, 2, 3, said -> {});
        assertTrue(report.holds(), report.json().toString());
        assertEquals(2, report.runs(), report.json().toString());
        assertTrue(report.figure("refused") > 0, report.json().toString());
    }
}

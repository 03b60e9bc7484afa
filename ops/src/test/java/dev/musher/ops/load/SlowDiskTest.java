package dev.musher.ops.load;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A short slice of {@code musher soak --disk slow}, with a real process. */
@Timeout(300)
final class SlowDiskTest {

    @TempDir Path folder;

    @Test
    @Tag("T-B8")
    void whoAsksForWhatNeedsNoDiskDoesNotWaitForIt() throws Exception {
        assumeTrue(FaultShim.build(folder) != null, "needs gcc, to make a disk slow");
        // Machines that test are busy; but an event loop that syncs would be held up for 500 ms
        // and longer, again and again.
        FaultReport report = new SlowDisk(450, 180).run(folder, 1, 3, said -> {});
        assertTrue(report.holds(), report.json().toString());
        assertTrue(report.figure("acknowledged meanwhile") > 0, report.json().toString());
    }
}

package dev.musher.ops.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A short slice of {@code musher soak --disk errors}, with real processes. */
@Timeout(300)
final class SyncErrorsTest {

    @TempDir Path folder;

    @Test
    @Tag("T-B6")
    void afterAFailedSyncOrWriteNothingIsAcknowledgedAndARetryIsDoneOnce() throws Exception {
        assumeTrue(FaultShim.build(folder) != null, "needs gcc, to make a disk fail");
        // Machines that test are busy: the time to stop is for the command to judge.
        FaultReport report = new SyncErrors(60_000, 180).run(folder, 2, 5, said -> {});
        assertTrue(report.holds(), report.json().toString());
        assertEquals(2, report.count(SyncErrors.STOPPED), report.json().toString());
        assertTrue(report.figure("requests without an answer") > 0, report.json().toString());
    }
}

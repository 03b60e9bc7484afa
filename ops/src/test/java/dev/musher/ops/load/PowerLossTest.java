package dev.musher.ops.load;

import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A short slice of {@code musher soak --disk power}, with real processes. */
@Timeout(300)
final class PowerLossTest {

    @TempDir Path folder;

    @BeforeEach
    void compiler() throws Exception {
        assumeTrue(ShimCompiler.build(folder, "power") != null, "needs gcc, to remember syncs");
    }

    @Test
    @Tag("T-B3")
    void whatWasAcknowledgedSurvivesTheLossOfPower() throws Exception {
        FaultReport report = new PowerLoss(180).run(folder, 3, 4, said -> {});
        assertTrue(report.holds(), report.json().toString());
        // Where some pages of what was not synced survive, and others before them do not, a store
        // may refuse to open: that is told, and repaired by command.
        assertTrue(report.figure(PowerLoss.WENT_ON) >= 2, report.json().toString());
        assertTrue(report.figure("acknowledged") > 20, report.json().toString());
    }

    /** Else the test above could not fail. */
    @Test
    @Tag("T-B3")
    void aStoreThatDoesNotSyncItsLogIsCaught() throws Exception {
        FaultReport report = new PowerLoss(180, "*/store/*.log").run(folder, 1, 4, said -> {});
        boolean refused = report.figure(PowerLoss.REFUSED) == 1;
        assertNotEquals(refused, !report.holds(), report.json().toString());
        assertTrue(
                refused || report.breaches().toString().contains("lost: "),
                report.json().toString());
    }
}

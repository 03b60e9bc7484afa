package dev.musher.ops.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A short slice of {@code musher soak --disk points}, with real processes. */
@Timeout(300)
final class KillPointsTest {

    @TempDir Path folder;

    @Test
    void thereAreManyPointsAndNoneTwice() {
        List<KillPoint> all = KillTable.all();
        assertTrue(all.size() >= 25, all::toString);
        assertEquals(all.size(), new HashSet<>(all).size());
    }

    @Test
    @Tag("T-B2")
    void whatWasKilledAtAPointComesToItsEndWhenItIsDoneAgain() throws Exception {
        assumeTrue(FaultShim.build(folder) != null, "needs gcc, to kill at a point");
        List<KillPoint> points =
                List.of(
                        new KillPoint("redeem", "sync", "home/store/*.log", true),
                        new KillPoint("rotate", "rename", "home/device.key", false),
                        new KillPoint("rebuild", "rename", "home/store.old", true));
        FaultReport report = new KillPoints(points, 180).run(folder, 3, 3, said -> {});
        assertTrue(report.holds(), report.json().toString());
        assertEquals(1, report.count("redeem: killed at the point"), report.json().toString());
        assertEquals(1, report.count("rotate: killed at the point"), report.json().toString());
        assertEquals(1, report.count("rebuild: killed at the point"), report.json().toString());
    }

    @Test
    @Tag("T-B2")
    void aPointThatIsNeverReachedIsTold() throws Exception {
        assumeTrue(FaultShim.build(folder) != null, "needs gcc, to kill at a point");
        List<KillPoint> points =
                List.of(new KillPoint("restore", "rename", "home/no such file", false));
        FaultReport report = new KillPoints(points, 180).run(folder, 1, 1, said -> {});
        assertFalse(report.holds());
    }
}

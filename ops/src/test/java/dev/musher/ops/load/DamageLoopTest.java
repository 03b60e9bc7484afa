package dev.musher.ops.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Short slices of {@code musher soak --disk flips}, {@code torn} and {@code cleanup}. */
@Timeout(240)
final class DamageLoopTest {

    @TempDir Path folder;

    @Test
    @Tag("T-B5")
    void flippedBytesAreNoticedAndAHomeIsRepairedFromItsPeer() throws Exception {
        FaultReport report = run(new DamageLoop(Damage.Kind.FLIPS, false, 300, 10), 20);
        assertTrue(report.figure(DamageLoop.REPAIRED) >= 1, report.json().toString());
    }

    @Test
    @Tag("T-B4")
    void tornEndsAreNoticedAndAHomeIsRepairedFromItsPeer() throws Exception {
        FaultReport report = run(new DamageLoop(Damage.Kind.TORN, false, 300, 10), 20);
        assertTrue(report.figure(DamageLoop.REPAIRED) >= 1, report.json().toString());
    }

    @Test
    @Tag("T-B14")
    void tidyingUpOverDamageThrowsNothingAwayInSilence() throws Exception {
        run(new DamageLoop(Damage.Kind.FLIPS, true, 300, Integer.MAX_VALUE), 20);
    }

    private FaultReport run(DamageLoop loop, int runs) throws Exception {
        FaultReport report = loop.run(folder, runs, 7, said -> {});
        assertTrue(report.holds(), report.json().toString());
        assertEquals(runs, report.runs());
        assertEquals(0, report.count(DamageLoop.SILENT));
        assertTrue(report.count(DamageLoop.HARMLESS) < runs / 2, report.json().toString());
        return report;
    }
}

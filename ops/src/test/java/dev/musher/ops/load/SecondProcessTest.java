package dev.musher.ops.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A short slice of {@code musher soak --disk second}, with real processes. */
@Timeout(300)
final class SecondProcessTest {

    @TempDir Path folder;

    @Test
    @Tag("T-B10")
    void aSecondProcessIsRefusedByNameAndAKilledOneDoesNotStandInTheWay() throws Exception {
        FaultReport report = new SecondProcess(60_000, 180).run(folder, 10, 1, said -> {});
        assertTrue(report.holds(), report.json().toString());
        assertEquals(10, report.count(SecondProcess.REFUSED), report.json().toString());
        assertEquals(1, report.figure("kills, each followed by a start"));
    }
}

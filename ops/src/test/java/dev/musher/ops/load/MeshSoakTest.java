package dev.musher.ops.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.musher.ops.cli.Failure;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One fault and one kill of {@code musher soak --hours}, with real processes and networks. */
@Timeout(300)
final class MeshSoakTest {

    private static final int FAULT_EVERY_S = 25;

    @TempDir Path folder;

    @Test
    @Tag("T-G4")
    @Tag("T-D18")
    void aMeshThatWasTornAgreesAndHoldsAllThatWasAcknowledged() throws Exception {
        try {
            Namespaces.open(1).close();
        } catch (Failure e) {
            abort(e.getMessage());
        }
        MeshSoak soak = new MeshSoak(folder, 1, FAULT_EVERY_S, 120, 1, said -> {});
        MeshReport report;
        try {
            report = soak.run();
        } finally {
            soak.end();
        }
        assertTrue(report.holds(), report.breaches().toString());
        assertEquals(1, report.faults.values().stream().mapToInt(i -> i).sum());
        assertEquals(1, report.kills);
        assertEquals(0, report.lost);
        assertTrue(report.acknowledged > 0, report.json().toString());
    }
}

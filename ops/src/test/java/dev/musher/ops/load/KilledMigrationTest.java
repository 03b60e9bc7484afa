package dev.musher.ops.load;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A short slice of {@code musher soak --disk migrations}, with real processes. */
@Timeout(300)
final class KilledMigrationTest {

    @TempDir Path folder;

    @Test
    @Tag("H-24")
    @Tag("T-B13")
    @Tag("T-A11")
    void aHomeThatIsKilledWhileItIsRaisedIsWholeAndThereIsABackup() throws Exception {
        assumeTrue(FaultShim.build(folder) != null, "needs gcc, to kill at a point");
        FaultReport report = new KilledMigration().run(folder, 3, 1, said -> {});
        assertTrue(report.holds(), report.json().toString());
        assertTrue(report.count(KilledMigration.KILLED) > 0, report.json().toString());
    }
}

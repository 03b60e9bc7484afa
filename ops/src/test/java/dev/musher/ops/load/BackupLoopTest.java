package dev.musher.ops.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A short slice of {@code musher soak --disk backups}, with a real process. */
@Timeout(240)
final class BackupLoopTest {

    @TempDir Path folder;

    @Test
    @Tag("T-B12")
    void everyBackupUnderLoadIsWholeAndWell() throws Exception {
        FaultReport report = new BackupLoop(180).run(folder, 4, 3, said -> {});
        assertTrue(report.holds(), report.json().toString());
        assertEquals(4, report.runs());
        assertTrue(report.figure("changes in the last backup") > 2, report.json().toString());
    }
}

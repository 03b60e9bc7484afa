package dev.musher.ops.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A short slice of {@code musher soak --disk copies}, over real sockets. */
@Timeout(300)
final class CopiesTest {

    @TempDir Path folder;

    @Test
    @Tag("T-B11")
    void homesThatComeBackOlderOrTwiceUseNoPlaceTwiceAndTwinsAreTold() throws Exception {
        // Machines that test are busy: the time is for the command to judge.
        FaultReport report = new Copies(120).run(folder, 4, 1, said -> {});
        assertTrue(report.holds(), report.json().toString());
        assertEquals(2, report.count(Copies.TOLD), report.json().toString());
        assertEquals(4, report.runs());
    }
}

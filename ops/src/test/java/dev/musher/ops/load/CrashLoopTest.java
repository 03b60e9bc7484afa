package dev.musher.ops.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A short slice of {@code musher soak --crashes 500}, with real processes. */
@Timeout(240)
final class CrashLoopTest {

    @TempDir Path folder;

    @Test
    @Tag("T-B1")
    @Tag("T-B10")
    void whatWasAcknowledgedIsThereAfterAKillAndNothingIsTwice() throws Exception {
        // Two homes, each closed and folded anew; the first takes more than one kill.
        CrashOptions options = new CrashOptions(3, 11, 6, 100, 700, 400, 1, 180);
        CrashReport report = new CrashLoop(folder, options, said -> {}).run();
        assertTrue(report.holds(), report.json().toString());
        assertEquals(3, report.json().at("cycles").number());
        assertTrue(report.json().at("acknowledged").number() > 50, report.json().toString());
        assertEquals(3L * options.callers(), report.json().at("unknown").number());
        assertEquals(3, report.json().at("secondsRefused").number());
        assertEquals(report.json().at("homes").number(), report.json().at("rebuiltEqual").number());
        assertEquals(0, report.json().at("temporaryFiles").number());
    }
}

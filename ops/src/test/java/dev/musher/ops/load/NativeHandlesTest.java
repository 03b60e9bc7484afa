package dev.musher.ops.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Short slices of {@code musher soak --disk races} and of what {@code native} does. */
@Timeout(300)
final class NativeHandlesTest {

    @TempDir Path folder;

    @Test
    @Tag("T-B9")
    void aStoreThatEndsUnderSixThreadsEndsNoProcess() throws Exception {
        FaultReport report = new NativeHandles(false).run(folder, 50, 1, said -> {});
        assertTrue(report.holds(), report.json().toString());
        assertEquals(50, report.runs());
    }

    @Test
    @Tag("T-B9")
    void iteratorsHoldNothingWhenTheyAreDone() {
        long held = StoreUse.steady(folder, 3, 1);
        assertTrue(held < NativeHandles.BLOCK_BYTES, held + " bytes");
    }
}

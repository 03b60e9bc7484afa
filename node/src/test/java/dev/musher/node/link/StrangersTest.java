package dev.musher.node.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("T-D1")
class StrangersTest {

    private final Strangers strangers = new Strangers();

    private int come(String host, int tries, long nowMs) {
        int taken = 0;
        for (int i = 0; i < tries; i++) {
            taken += strangers.came(host, nowMs) ? 1 : 0;
        }
        return taken;
    }

    @Test
    void fewAreOpenFromOneAddressAndInAll() {
        int open = 0;
        for (int i = 0; i < 20; i++) {
            int taken = come("10.0.0." + i, 100, 0);
            assertTrue(taken <= Strangers.OPEN_PER_ADDRESS);
            open += taken;
        }
        assertEquals(Strangers.OPEN, open);
        strangers.left("10.0.0.1");
        assertTrue(strangers.came("10.1.1.1", 0), "one left, so there is room for one");
        assertFalse(strangers.came("10.1.1.2", 0));
        assertThrows(IllegalStateException.class, () -> strangers.left("10.9.9.9"));
    }

    @Test
    void whoComesAndGoesWithoutEndIsTakenAtABoundedRate() {
        int taken = 0;
        for (int ms = 0; ms < 10_000; ms++) {
            if (strangers.came("10.0.0.1", ms)) {
                strangers.left("10.0.0.1");
                taken++;
            }
        }
        assertTrue(taken <= Strangers.BURST + 10_000 / Strangers.EACH_MS, taken + " in 10 s");
        assertTrue(strangers.came("10.0.0.2", 10_000), "others are taken at once");
    }
}

package dev.musher.node.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("T-D1")
class StrangersTest {

    private static final Strangers.Bounds BOUNDS = new Strangers.Bounds(32, 256, 128, 50);

    private final Strangers strangers = new Strangers(BOUNDS);

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
            assertTrue(taken <= BOUNDS.openPerNetwork());
            open += taken;
        }
        assertEquals(BOUNDS.open(), open);
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
        assertTrue(taken <= BOUNDS.burst() + 10_000 / BOUNDS.eachMs(), taken + " in 10 s");
        assertTrue(strangers.came("10.0.0.2", 10_000), "others are taken at once");
    }

    @Test
    void allAddressesOfANetworkAreOnePlace() {
        for (String[] same :
                new String[][] {
                    {"192.0.2.1", "192.0.2.1"},
                    {"2001:db8:0:7:1:2:3:4", "2001:db8:0:7::9"},
                    {"2001:DB8::7:0:0:0:1", "2001:0db8:0000:0007:0:0:0:2%eth0"},
                    {"fe80::1%2", "fe80:0:0:0:ffff::2"},
                    {"::1", "0:0:0:0:0:0:0:2"},
                }) {
            assertEquals(Network.of(same[0]), Network.of(same[1]));
        }
        for (String[] other :
                new String[][] {
                    {"192.0.2.1", "192.0.2.2"},
                    {"2001:db8:0:7::1", "2001:db8:0:8::1"},
                    {"2001:db8::1", "2001:db8:1::1"},
                }) {
            assertNotEquals(Network.of(other[0]), Network.of(other[1]));
        }
    }
}

package dev.musher.node.replica;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.DeviceId;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whoever brings many devices to be banned does not end the banning. */
@Tag("T-D9")
class BansTest {

    private static final int MOST = 100;

    private final Bans bans = new Bans(MOST);

    private static DeviceId device(int number) {
        return DeviceId.of(ByteBuffer.allocate(32).putInt(number).array());
    }

    @Test
    void aBanLastsItsTimeAndTheLongerOneCounts() {
        bans.add(device(1), 1_000, 0);
        bans.add(device(1), 500, 0);
        assertTrue(bans.holds(device(1), 999));
        assertFalse(bans.holds(device(1), 1_000));
        assertFalse(bans.holds(device(2), 0));
    }

    @Test
    void atTheBoundTheNextOneCountsAndTheOneGoesThatEndsFirst() {
        for (int i = 0; i < MOST; i++) {
            bans.add(device(i), 10_000 + i, 0);
        }
        for (int i = MOST; i < 3 * MOST; i++) {
            bans.add(device(i), 20_000 + i, 0);
            assertTrue(bans.holds(device(i), 1), "device " + i + " is heard");
        }
        assertFalse(bans.holds(device(0), 1));
        bans.add(device(3 * MOST - 1), 40_000, 0);
        assertTrue(bans.holds(device(2 * MOST), 1), "a longer ban of one takes no other's place");
        bans.add(device(5_000), 60_000, 50_000);
        assertTrue(bans.holds(device(5_000), 50_000));
    }
}

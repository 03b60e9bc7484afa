package dev.musher.crdt.change;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What one branch remembers of others. The laws over whole histories are in ProjectSeedsTest. */
class DagTest {

    private static final DeviceId DEVICE = DeviceId.of(new byte[DeviceId.LENGTH]);

    /** Epochs cost by what they follow: a key that opens very many takes no square of memory. */
    @Test
    void aBranchRemembersOnlyTheBranchesItKnows() {
        Branch first = branch(0, null);
        Branch late = branch(1_000_000, first);
        assertEquals(1, late.others());
        assertEquals(1, late.known(1, 0));
        assertEquals(0, late.known(1, 999_999));
        assertEquals(1, late.known(1, 1_000_000));
    }

    @Test
    void whatWasLearnedLaterWasNotKnownBefore() {
        Branch a = branch(3, null);
        Branch b = branch(7, null);
        Branch c = branch(5, b);
        c.learn(a, 1);
        c.append(9, 9, NOTHING);
        assertEquals(List.of(0, 1, 1), List.of(c.known(1, 3), c.known(1, 7), c.known(1, 5)));
        assertEquals(List.of(1, 1, 2), List.of(c.known(2, 3), c.known(2, 7), c.known(2, 5)));
        for (int seq = 2; seq < 40; seq++) {
            a.append(9, 9, NOTHING);
            c.learn(a, seq);
            c.append(9, 9, NOTHING);
        }
        for (int seq = 2; seq < 40; seq++) {
            assertEquals(seq - 1, c.known(seq, 3), "at " + seq);
        }
        assertArrayEquals(new int[] {0, 0, 0, 4, 0, 5, 0, 1}, c.past(5));
        assertArrayEquals(new int[] {0, 0, 0, 9, 0, 5, 0, 1}, c.raise(a.past(9), 5));
        assertTrue(Dag.contains(c.past(5), new Place(3, 4)));
        assertFalse(Dag.contains(c.past(5), new Place(3, 5)));
    }

    private static final Frontier NOTHING = new Frontier(List.of(), List.of());

    private static Branch branch(int number, @Nullable Branch knows) {
        Branch out = new Branch(number, new Chain(DEVICE, number), null);
        if (knows != null) {
            out.learn(knows, 1);
        }
        out.append(1, 1, NOTHING);
        return out;
    }
}

package dev.musher.node.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Role;
import dev.musher.protocol.codec.Signed;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Changes that are well signed and of no use: they wait within bounds, and cost their sender. */
class WasteTest {

    private static final int FRAME = 500;

    private final World world = new World();
    private final World.Node victim = world.founder();
    private final World.Node member = world.joiner(victim, "10.0.0.2:1", Role.MEMBER);
    private final Forger forger = new Forger(victim, member);
    private long epoch = 1_000;

    private final Change large =
            forger.first(4_242, new Op.AddNote(new ItemKey(7, 7), "x".repeat(16_000)));

    /** Changes of an epoch each, that build on what there is not. */
    private List<Signed> orphans(int count) {
        List<Signed> out = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Change first = forger.first(epoch++);
            out.add(
                    forger.sign(
                            forger.next(first, List.of(Forger.nowhere()), first.lamport() + 1)));
        }
        return out;
    }

    @Test
    @Tag("T-D9")
    @Tag("T-D10")
    void changesWithoutParentsWaitWithinBoundsAndThenEndTheLink() {
        member.down = true;
        int sent = 0;
        List<Signed> some = orphans(FRAME);
        while (!world.links.isEmpty()) {
            forger.inject(world, some);
            world.settle();
            sent += FRAME;
            assertTrue(parked() <= Parked.CHANGES_MAX, parked() + " wait");
            assertTrue(sent < 20_000, "taken without end");
        }
        assertEquals(1L, counter("peer_sessions_ended{reason=\"flood\"}"));
        assertEquals(0, parked(), "they went with the link");
        assertTrue(sent <= Parked.CHANGES_MAX + 2_000 + 2 * FRAME, sent + " were verified");
    }

    @Test
    @Tag("T-D9")
    void whatWaitedForALinkThatIsGoneIsPaidForByTheNext() {
        member.down = true;
        List<Signed> some = orphans(FRAME);
        for (int i = 0; i < 8; i++) {
            forger.inject(world, some);
        }
        world.settle();
        assertEquals(4_000L, parked());
        List.copyOf(world.links.keySet()).forEach(world::cut);
        assertEquals(0L, parked());
        assertEquals(4_062L, counter("peer_points_wasted"));
    }

    @Test
    @Tag("T-D10")
    void whoParksOnPurposeLeavesRoomForOthers() {
        Parked parked = new Parked();
        int taken = 0;
        for (long link = 1; link <= 20; link++) {
            boolean room = true;
            for (int i = 0; room; i++) {
                Run run = new Run(link, 0);
                run.add(forger.sign(large));
                room = parked.add(id(i), run);
                taken += room ? 1 : 0;
            }
        }
        long bytes = taken * (long) large.bytes().length;
        assertTrue(bytes > Parked.BYTES_ALL);
        assertTrue(bytes <= Parked.BYTES_ALL + 20 * Parked.BYTES_LEAST, bytes + " bytes wait");
        Run honest = new Run(99, 0);
        honest.add(forger.sign(large));
        assertTrue(parked.add(id(0), honest), "each link has its least");
        assertFalse(parked.expire(Parked.WAIT_MS).isEmpty());
        assertEquals(0, parked.size());
    }

    private static ChangeId id(int i) {
        return ChangeId.hash(new byte[] {(byte) (i >> 8), (byte) i}, 0, 2);
    }

    private long parked() {
        return victim.replica.counters().gauges().getOrDefault("changes_parked", 0L);
    }

    private long counter(String name) {
        return victim.replica.counters().counters().getOrDefault(name, 0L);
    }
}

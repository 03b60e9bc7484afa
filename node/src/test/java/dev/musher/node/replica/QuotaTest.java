package dev.musher.node.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.Role;
import dev.musher.protocol.codec.Signed;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who writes without end is delayed, never refused, and delays nobody else. */
class QuotaTest {

    private static final int FRAME = 1_000;

    private final World world = new World();
    private final World.Node node = world.founder();
    private final World.Node member = world.joiner(node, "10.0.0.2:1", Role.MEMBER);
    private final Forger forger = new Forger(node, member);
    private Change last;

    private List<Signed> more() {
        List<Signed> out = new ArrayList<>();
        for (int i = 0; i < FRAME; i++) {
            last =
                    last == null
                            ? forger.first(4_242)
                            : forger.next(last, List.of(), last.lamport() + 1);
            boolean signed = i == FRAME - 1 || i % 64 == 63;
            out.add(signed ? forger.sign(last) : new Signed(last, null));
        }
        return out;
    }

    @Test
    @Tag("T-D8")
    void aMemberThatWritesWithoutEndIsDelayedAndOthersAreNot() {
        member.down = true;
        long before = node.shown().changes();
        for (int i = 0; i < Quota.MOST / FRAME + 10; i++) {
            forger.inject(world, more());
            world.settle();
        }
        assertEquals(Quota.MOST, node.shown().changes() - before);
        assertEquals(1, node.does(World.create("not delayed")).size());
        assertEquals(1, node.shown().items().size());
        world.pass(4_000);
        long later = node.shown().changes() - before - 1 - Quota.MOST;
        assertTrue(later >= 3_000 && later <= 5_000, later + " in 4 s");
        world.pass(7_000);
        assertEquals(Quota.MOST + 10 * FRAME + 1, node.shown().changes() - before);
        assertEquals(2, world.links.size(), "nobody was refused");
        assertEquals(10L * FRAME, node.replica.counters().counters().get("changes_delayed"));
    }

    @Test
    @Tag("T-D8")
    void whatIsAskedForIsNotCounted() {
        member.down = true;
        Quota quota = new Quota();
        assertEquals(0, quota.count(more(), 0));
        for (int i = 1; i < Quota.MOST / FRAME; i++) {
            quota.count(more(), 0);
        }
        assertEquals(1_000, quota.count(more(), 0), "a second for a thousand");
        assertEquals(0, quota.count(more(), 60_000));
    }
}

package dev.musher.node.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.Role;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.json.Command;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A member writes one epoch in more ways than are allowed, and shows them to whom it likes: what of
 * it counts is the same everywhere, and what others built on it reaches everybody.
 */
@Tag("H-20")
class OverfullEpochTest {
    private static final long EPOCH = 4242;

    private final World world = new World();
    private final World.Node founder = world.founder();
    private final World.Node hostile = world.joiner(founder, "10.0.0.2:1", Role.MEMBER);

    @Test
    void whatOthersBuiltOnAVoidChangeReachesANewcomer() {
        Forger forger = new Forger(founder, hostile);
        Change built = forger.first(EPOCH, Forger.creation(49));
        hostile.down = true;
        forger.inject(world, List.of(forger.sign(built)));
        world.settle();
        founder.does(World.create("on top of it"));
        forger.inject(world, forks(forger, built, null, 0, 17));
        world.settle();
        hostile.kill();
        assertEquals(1, founder.shown().items().size(), "the epoch is void");
        World.Node late = world.joiner(founder, "10.0.0.3:1", Role.MEMBER);
        founder.does(World.create("more"));
        world.pass(20_000);
        same(founder, late);
        assertEquals(2, late.shown().items().size());
    }

    @Test
    void forksBuiltOnWhatARevokedDeviceWroteAreShownWithIt() {
        World.Node owner = world.joiner(founder, "10.0.0.3:1", Role.OWNER);
        World.Node thief = world.joiner(founder, "10.0.0.4:1", Role.MEMBER);
        world.settle();
        owner.down = true;
        thief.does(World.create("by the thief"));
        world.settle();
        Forger forger = new Forger(founder, hostile);
        Change built = forger.first(EPOCH, Forger.creation(49));
        hostile.down = true;
        forger.inject(world, List.of(forger.sign(built)));
        forger.inject(world, forks(forger, built, null, 0, 17));
        world.settle();
        hostile.kill();
        thief.kill();
        // Who revokes the thief knows nothing of what the forks build on.
        founder.down = true;
        owner.down = false;
        owner.does(new Command.Revoke(thief.device(), List.of()));
        World.Node late = world.joiner(owner, "10.0.0.5:1", Role.MEMBER);
        world.settle();
        late.down = true;
        founder.down = false;
        world.pass(60_000);
        owner.kill();
        late.down = false;
        world.pass(60_000);
        same(founder, late);
        assertEquals(0, founder.shown().items().size());
    }

    @Test
    void manyForksShownToOneNodeAreVoidEverywhere() {
        World.Node other = world.joiner(founder, "10.0.0.3:1", Role.MEMBER);
        Forger forger = new Forger(founder, hostile);
        Change first = forger.first(EPOCH, Forger.creation(49));
        hostile.down = true;
        forger.inject(world, List.of(forger.sign(first)));
        world.pass(2_000);
        assertEquals(1, other.shown().items().size());
        forger.inject(world, forks(forger, first, null, 0, 40));
        world.settle();
        hostile.kill();
        world.pass(60_000);
        assertEquals(0, founder.shown().items().size());
        same(founder, other);
        // It is not told of all of them: as many as show what they do.
        assertTrue(changes(other) < changes(founder) - 15, changes(other) + " changes");
        same(founder, world.joiner(other, "10.0.0.4:1", Role.MEMBER));
    }

    @Test
    void otherForksShownToEachNodeAreVoidFromTheLowestOfAll() {
        World.Node other = world.joiner(founder, "10.0.0.3:1", Role.MEMBER);
        Forger here = new Forger(founder, hostile);
        Change first = here.first(EPOCH, Forger.creation(49));
        Change second = here.next(first, List.of(), first.lamport() + 1, Forger.creation(50));
        Change third = here.next(second, List.of(), second.lamport() + 1, Forger.creation(51));
        List<Signed> trunk = List.of(here.sign(first), here.sign(second), here.sign(third));
        hostile.down = true;
        here.inject(world, trunk);
        world.pass(2_000);
        assertEquals(3, other.shown().items().size());
        Forger there = new Forger(other, hostile);
        world.pass(30_000);
        founder.down = true;
        there.inject(world, forks(there, second, first, 100, 20));
        world.pass(1_000);
        founder.down = false;
        other.down = true;
        here.inject(world, forks(here, third, second, 200, 20));
        world.settle();
        other.down = false;
        hostile.kill();
        world.pass(200_000);
        same(founder, other);
        assertEquals(1, founder.shown().items().size(), "what is before the lowest fork");
        assertEquals(
                new Forger(founder, hostile).project().membership().overfull(),
                new Forger(other, hostile).project().membership().overfull());
    }

    private static List<Signed> forks(
            Forger forger, Change instead, Change prev, int from, int count) {
        List<Signed> out = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            out.add(forger.sign(forger.fork(instead, prev, Forger.creation(from + i + 60))));
        }
        return out;
    }

    private void same(World.Node a, World.Node b) {
        world.pass(15_000);
        assertEquals(a.shown().digest(), b.shown().digest());
        assertEquals(64, a.shown().digest().length());
        assertEquals(a.shown().heads(), b.shown().heads());
        assertTrue(
                a.shown().peers().stream()
                        .anyMatch(p ->
                                b.device().equals(p.device())
                                        && p.state() == PeerView.State.IN_SYNC),
                "each says that it is in sync with the other");
    }

    private static int changes(World.Node node) {
        return Replica.exported(node.store, 0, 10_000).size();
    }
}

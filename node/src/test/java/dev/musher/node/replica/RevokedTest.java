package dev.musher.node.replica;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Role;
import dev.musher.crdt.change.SetName;
import dev.musher.protocol.json.Command;
import dev.musher.protocol.json.Outcome;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A device that a cut names: heard no more, and told why. */
class RevokedTest {

    @Test
    @Tag("T-D2")
    void itsLinkEndsWithinFiveSecondsAndItGetsNoOther() {
        World world = new World();
        World.Node founder = world.founder();
        World.Node thief = world.joiner(founder, "10.0.0.2:1", Role.MEMBER);
        World.Node other = world.joiner(founder, "10.0.0.3:1", Role.MEMBER);
        world.pass(5_000);
        assertTrue(linked(other, thief));
        Forger owner = new Forger(other, founder);
        founder.down = true;
        owner.inject(
                world,
                List.of(owner.sign(owner.first(777, new Op.Cut(thief.device(), List.of())))));
        founder.kill();
        world.pass(5_000);
        assertFalse(linked(other, thief));
        assertTrue(
                other.log.stream()
                        .anyMatch(e ->
                                e instanceof Effect.Close close
                                        && close.why().contains("revoked")));
        // It heard of the cut before the link went.
        assertEquals(
                Replica.exported(other.store, 0, 1_000).size(),
                Replica.exported(thief.store, 0, 1_000).size());
        world.pass(100_000);
        assertFalse(linked(other, thief));
    }

    @Test
    @Tag("T-D2")
    void whoeverIsNotRevokedAfterAllIsHeardAgainAtOnce() {
        World world = new World();
        World.Node founder = world.founder();
        World.Node thief = world.joiner(founder, "10.0.0.2:1", Role.OWNER);
        World.Node other = world.joiner(founder, "10.0.0.3:1", Role.MEMBER);
        World.Node victim = world.joiner(founder, "10.0.0.4:1", Role.MEMBER);
        world.pass(5_000);
        assertTrue(linked(other, victim));
        Forger wrong = new Forger(other, thief);
        thief.down = true;
        Op.Cut theft = new Op.Cut(victim.device(), List.of());
        wrong.inject(world, List.of(wrong.sign(wrong.first(777, theft))));
        thief.kill();
        world.pass(5_000);
        assertFalse(linked(other, victim));

        Forger owner = new Forger(other, founder);
        founder.down = true;
        Op.Cut undone = new Op.Cut(thief.device(), List.of());
        owner.inject(world, List.of(owner.sign(owner.first(778, undone))));
        founder.kill();
        // No longer than a dial may be put off.
        world.pass(15_000);

        assertTrue(linked(other, victim));
    }

    /** Who only an owner vouches for whose cut has not come yet. */
    @Test
    @Tag("T-D2")
    void whomARevokedOwnerLetInIsHeardNoMoreOnceTheCutHasCome() {
        World world = new World();
        World.Node founder = world.founder();
        World.Node thief = world.joiner(founder, "10.0.0.2:1", Role.OWNER);
        World.Node other = world.joiner(founder, "10.0.0.3:1", Role.MEMBER);
        world.pass(5_000);
        founder.asks(ticket -> new Input.Offline(ticket, true));
        assertInstanceOf(
                Outcome.Done.class,
                founder.does(new Command.Revoke(thief.device(), null)).getFirst());
        World.Node accomplice = world.joiner(thief, "10.0.0.4:1", Role.MEMBER);
        world.pass(15_000);
        assertTrue(linked(other, accomplice), "nobody there knows better yet");
        founder.asks(ticket -> new Input.Offline(ticket, false));
        world.pass(20_000);
        assertFalse(linked(other, thief));
        assertFalse(linked(other, accomplice));
        assertFalse(linked(founder, accomplice));
        int heard = Replica.exported(accomplice.store, 0, 1_000).size();
        assertInstanceOf(Outcome.Done.class, other.does(World.create("among us")).getFirst());
        world.pass(100_000);
        assertEquals(heard, Replica.exported(accomplice.store, 0, 1_000).size());
        assertTrue(linked(other, founder));
    }

    @Test
    void aCommandWithNothingToDoNamesTheCreationOfItsItemEvenAVoidOne() {
        World world = new World();
        World.Node founder = world.founder();
        World.Node gone = world.joiner(founder, "10.0.0.2:1", Role.MEMBER);
        Outcome.Done made =
                assertInstanceOf(Outcome.Done.class, gone.does(World.create("one")).getFirst());
        world.pass(5_000);
        World.Node other = world.joiner(founder, "10.0.0.3:1", Role.MEMBER);
        other.does(new Command.Note("1", "it stays"));
        Forger owner = new Forger(other, founder);
        founder.down = true;
        Op.Cut cut = new Op.Cut(gone.device(), List.of());
        owner.inject(world, List.of(owner.sign(owner.first(777, cut))));
        world.pass(1_000);
        assertNull(requireNonNull(other.shown().items().get(made.key())).stage());

        Command.SetEdit none = new Command.SetEdit(List.of(), List.of(), List.of());
        Command nothing =
                new Command.Edit(
                        "1", new TreeMap<>(), new TreeMap<>(Map.of(SetName.LABELS, none)), null);
        Outcome.Done done = assertInstanceOf(Outcome.Done.class, other.does(nothing).getFirst());

        assertEquals(made.change(), done.change());
    }

    /** Whether a says that it has a link to b that is more than a socket. */
    private static boolean linked(World.Node a, World.Node b) {
        return a.shown().peers().stream()
                .anyMatch(peer ->
                        b.device().equals(peer.device())
                                && peer.state() != PeerView.State.WAITING
                                && peer.state() != PeerView.State.CONNECTING);
    }
}

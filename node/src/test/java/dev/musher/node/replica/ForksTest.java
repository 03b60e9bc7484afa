package dev.musher.node.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.Role;
import dev.musher.node.store.ModelStore;
import dev.musher.protocol.json.Code;
import dev.musher.protocol.json.Command;
import dev.musher.protocol.json.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two histories of one device under one number: shown to all, and settled by one command. */
class ForksTest {

    private static final long EPOCH = 4242;

    private final World world = new World();
    private final World.Node founder = world.founder();
    private final World.Node hostile = world.joiner(founder, "10.0.0.2:1", Role.MEMBER);
    private final World.Node other = world.joiner(founder, "10.0.0.3:1", Role.MEMBER);

    @Test
    @Tag("M-05")
    void aForkIsProvenShownToAllAndSettledByASenior() {
        world.pass(3_000);
        Forger forger = forged(0, 2);
        for (World.Node node : List.of(founder, other)) {
            ForkView fork = node.shown().forks().getFirst();
            assertEquals(ForkView.State.OPEN, fork.state());
            assertEquals(hostile.device(), fork.device());
            assertEquals(2, fork.seq());
            assertEquals(2, fork.branches());
            assertNotEquals(fork.proof().get(0), fork.proof().get(1));
            assertEquals("fork", node.shown().health().problems().getFirst().code());
            assertEquals(3, node.shown().items().size(), "both branches count");
        }
        Outcome.Refused refused = refused(other, new Command.SettleForks(hostile.device()));
        assertEquals(Code.NOT_ALLOWED, refused.code());
        assertTrue(refused.text().contains("ann's laptop"), refused.text());
        List<ForkView> shown = founder.shown().forks();
        done(founder, World.create("of no fork"));
        assertSame(
                shown, founder.shown().forks(), "made anew where a fork changes, and only there");
        done(founder, new Command.SettleForks(null));
        assertEquals(ForkView.State.SETTLED, founder.shown().forks().getFirst().state());
        assertEquals(List.of(), founder.shown().health().problems());
        assertEquals(Code.CONFLICT, refused(founder, new Command.SettleForks(null)).code());
        assertEquals(4, founder.shown().items().size());
        // What comes afterwards of the epoch does not count, until it is settled with the rest.
        Change first = change(forger);
        assertEquals("", restore(founder, forger, forger.fork(second, first, Forger.creation(99))));
        assertEquals(ForkView.State.GREW, founder.shown().forks().getFirst().state());
        assertEquals(4, founder.shown().items().size());
        done(founder, new Command.SettleForks(hostile.device()));
        assertEquals(5, founder.shown().items().size());
        world.pass(20_000);
        assertEquals(founder.shown().digest(), other.shown().digest());
    }

    @Test
    @Tag("M-05")
    void anEpochOfTooManyHistoriesIsContainedAndSettledOrRevoked() {
        world.pass(3_000);
        forged(0, 17);
        assertEquals(ForkView.State.OVERFULL, founder.shown().forks().getFirst().state());
        assertEquals(1, founder.shown().items().size(), "what is before the fork");
        done(founder, new Command.SettleForks(null));
        assertEquals(18, founder.shown().items().size());
        done(founder, new Command.Revoke(hostile.device(), List.of()));
        assertEquals(0, founder.shown().items().size());
        assertEquals(ForkView.State.REVOKED, founder.shown().forks().getFirst().state());
        world.pass(20_000);
        assertEquals(founder.shown().digest(), other.shown().digest());
    }

    @Test
    @Tag("M-05")
    @Tag("T-B11")
    void aDeviceThatForkedByAccidentHealsItByItself() {
        World.Node b = hostile;
        b.does(World.create("one"));
        world.pass(500);
        ModelStore old = copy(b.store);
        b.does(World.create("two"));
        world.pass(500);
        b.kill();
        b.store = old;
        b.open(Setup.joining("b", "stamp", null));
        // It works before it meets anybody, in the epoch that was never given up.
        b.does(World.create("two again"));
        world.pass(5_000);
        assertEquals(ForkView.State.OPEN, b.shown().forks().getFirst().state());
        done(b, new Command.SettleForks(null));
        world.pass(5_000);
        for (World.Node node : List.of(founder, b, other)) {
            assertEquals(3, node.shown().items().size());
            assertEquals(ForkView.State.SETTLED, node.shown().forks().getFirst().state());
            assertEquals(founder.shown().digest(), node.shown().digest());
        }
    }

    private Change second;

    /** The hostile node's key writes a change, and so many others behind it under one number. */
    private Forger forged(int from, int branches) {
        Forger forger = new Forger(founder, hostile);
        Change first = change(forger);
        hostile.kill();
        List<Change> out = new ArrayList<>(List.of(first));
        second = forger.next(first, List.of(), first.lamport() + 1, Forger.creation(50));
        for (int i = 0; i < branches; i++) {
            out.add(forger.fork(second, first, Forger.creation(60 + from + i)));
        }
        out.forEach(each -> assertEquals("", restore(founder, forger, each)));
        world.pass(20_000);
        return forger;
    }

    private Change begun;

    private Change change(Forger forger) {
        if (begun == null) {
            begun = forger.first(EPOCH, Forger.creation(49));
        }
        return begun;
    }

    private static String restore(World.Node node, Forger forger, Change change) {
        return node.asks(ticket -> new Input.Restore(ticket, List.of(forger.sign(change)))).text();
    }

    private static ModelStore copy(ModelStore store) {
        return ReplicaTest.copy(store);
    }

    private static void done(World.Node node, Command command) {
        assertInstanceOf(Outcome.Done.class, node.does(command).getFirst());
    }

    private static Outcome.Refused refused(World.Node node, Command command) {
        return assertInstanceOf(Outcome.Refused.class, node.does(command).getFirst());
    }
}

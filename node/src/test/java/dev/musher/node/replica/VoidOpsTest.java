package dev.musher.node.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.access.Verdict;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.Event;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.change.Role;
import dev.musher.crdt.change.SetName;
import dev.musher.protocol.json.Command;
import dev.musher.protocol.json.Outcome;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Everything that does not count is listed, whatever it is and wherever it stands. */
class VoidOpsTest {

    private final World world = new World();
    private World.Node founder;
    private World.Node b;

    @BeforeEach
    void found() {
        founder = world.founder();
        b = world.joiner(founder, "10.0.0.2:1", Role.MEMBER);
        founder.does(World.create("of the founder"));
        world.pass(3_000);
    }

    @Test
    @Tag("M-04")
    void additionsMembersAndItemsOfARevokedDeviceAreListed() {
        done(b, new Command.Note("1", "a note"));
        done(b, new Command.AddElement("1", SetName.LABELS, "a label"));
        done(b, World.create("of b"));
        done(b, new Command.AddMember(World.unusedKey(), Role.READER, "a friend"));
        world.pass(1_000);
        assertEquals(List.of(), founder.voids());
        done(founder, new Command.Revoke(b.device(), List.of()));
        List<VoidOp> voids = founder.voids();
        assertEquals(4, voids.size());
        assertTrue(has(voids, op -> op instanceof Op.AddNote));
        assertTrue(has(voids, op -> op instanceof Op.AddElement));
        assertTrue(has(voids, op -> op instanceof Op.NewItem));
        assertTrue(has(voids, op -> op instanceof Op.AddMember));
        assertEquals(1, founder.shown().itemsWithVoid(), "of those that are there");
        // It is the same after a start from what is on disk.
        founder.kill();
        founder.open(Setup.joining("ann's laptop", "stamp", null));
        world.settle();
        assertEquals(4, founder.voids().size());
        assertEquals(1, founder.shown().itemsWithVoid());
        world.pass(3_000);
        done(founder, new Command.AdoptDevice(b.device()));
        assertTrue(has(founder.voids(), op -> op instanceof Op.AddMember));
        assertEquals(1, founder.voids().size(), "who takes part is not adopted");
    }

    @Test
    @Tag("H-04")
    void anIllegalMoveIsListed() {
        Forger forger = new Forger(founder, b);
        ItemKey item = founder.queries.items(i -> true).getFirst().key();
        Ref base = founder.queries.items(i -> true).getFirst().moves().getFirst().ref();
        Change illegal =
                forger.first(
                        77, new Op.Move(item, Event.QA_FAILED, List.of(base), "", new TreeMap<>()));
        assertEquals(
                "", founder.asks(t -> new Input.Restore(t, List.of(forger.sign(illegal)))).text());
        assertEquals(
                List.of(Verdict.ILLEGAL), founder.voids().stream().map(VoidOp::verdict).toList());
        assertEquals(1, founder.shown().itemsWithVoid());
    }

    private static boolean has(List<VoidOp> voids, Predicate<Op> wanted) {
        return voids.stream().anyMatch(v -> wanted.test(v.op()));
    }

    private static void done(World.Node node, Command command) {
        assertInstanceOf(Outcome.Done.class, node.does(command).getFirst());
    }
}

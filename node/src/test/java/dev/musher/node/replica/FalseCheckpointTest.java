package dev.musher.node.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.Bytes32;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Outline;
import dev.musher.crdt.change.Role;
import dev.musher.crdt.change.Sha256;
import dev.musher.crdt.change.Value;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.json.Command;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * An owner gone bad gives a newcomer a false outline under its own checkpoint: who has the body
 * takes neither, and the newcomer learns of it.
 */
@Tag("T-A6")
class FalseCheckpointTest {

    private static final String TEXT = "what the author wrote ".repeat(20);

    private World world;
    private World.Node honest;
    private World.Node owner;
    private World.Node newcomer;
    private Change checkpoint;

    @BeforeEach
    void deceive() {
        world = new World();
        honest = world.founder();
        owner = world.joiner(honest, "10.0.0.2:1", Role.OWNER);
        newcomer = world.joiner(honest, "10.0.0.3:1", Role.MEMBER);
        alone(true);
        honest.does(World.create("told"));
        List<ItemKey> items = new ArrayList<>();
        honest.shown().items().forEach((key, item) -> items.add(key));
        honest.does(
                new Command.Edit(
                        items.getFirst().text(),
                        new TreeMap<>(Map.of(Field.BODY, new Value.Text(TEXT))),
                        new TreeMap<>(),
                        null));
        world.pass(1_000);
        Change real = withText();
        Change lie = lie(real);
        List<Signed> told = new ArrayList<>();
        for (Signed each : Replica.exported(honest.store, 0, 10_000)) {
            boolean isReal = each.change().id().equals(real.id());
            told.add(isReal ? new Signed(lie, each.signature(), each.links()) : each);
        }
        newcomer.asks(ticket -> new Input.Restore(ticket, told));
        assertEquals(1, newcomer.shown().items().size(), "the lie is believed");
        Forger forger = new Forger(newcomer, owner);
        ChangeId any = Forger.nowhere();
        checkpoint =
                forger.first(
                        77,
                        new Op.Checkpoint(
                                any,
                                any,
                                List.of(
                                        new Op.Vouched(
                                                real.id(),
                                                Objects.requireNonNull(Outline.hash(lie))))));
        newcomer.asks(ticket -> new Input.Restore(ticket, List.of(forger.sign(checkpoint))));
        newcomer.does(World.create("mine"));
    }

    @Test
    void theNewcomerIsToldWhichCheckpointNobodyAdmitsAndWhoseItIs() {
        assertTrue(problems().isEmpty(), problems().toString());
        alone(false);
        world.pass(12_000);
        assertTrue(named(honest).isEmpty(), "what rests on the lie was taken");
        assertTrue(named(owner).isEmpty(), "not even that owner's own node takes it");
        List<NodeHealth.Problem> problems = problems();
        assertEquals(List.of("not_admitted", "not_admitted"), codes(problems));
        for (NodeHealth.Problem problem : problems) {
            assertTrue(problem.text().contains(checkpoint.id().shortText()), problem.text());
            assertTrue(problem.text().contains(owner.device().shortText()), problem.text());
        }
        String all = problems.toString();
        assertTrue(all.contains("device " + honest.device().shortText() + " does not"), all);
        assertTrue(honest.shown().health().problems().isEmpty(), "it was not deceived");
    }

    @Test
    void whoJoinsAnewFromAnHonestPeerIsWell() {
        alone(false);
        world.pass(12_000);
        World.Node again = world.joiner(honest, "10.0.0.4:1", Role.MEMBER);
        again.does(World.create("mine, again"));
        world.pass(2_000);
        assertEquals(List.of("mine, again"), named(honest));
        assertEquals(honest.shown().digest(), again.shown().digest());
    }

    private void alone(boolean now) {
        newcomer.hidden = now;
        newcomer.dialsInVain = now;
        if (now) {
            for (long link : List.copyOf(world.links.keySet())) {
                World.Ends ends = world.links.get(link);
                if (ends != null && ends.near() == newcomer) {
                    world.cut(link);
                }
            }
        }
    }

    private List<NodeHealth.Problem> problems() {
        return newcomer.shown().health().problems();
    }

    private static List<String> codes(List<NodeHealth.Problem> problems) {
        return problems.stream().map(NodeHealth.Problem::code).toList();
    }

    private static List<String> named(World.Node node) {
        List<String> out = new ArrayList<>();
        node.shown()
                .items()
                .forEach((key, item) -> {
                    if (item.name().contains("mine")) {
                        out.add(item.name());
                    }
                });
        return out;
    }

    private Change withText() {
        return Replica.exported(honest.store, 0, 10_000).stream()
                .map(Signed::change)
                .filter(change -> Outline.of(change) != null)
                .findFirst()
                .orElseThrow();
    }

    /** The outline of a change, with the hash of a text that nobody wrote. */
    private static Change lie(Change real) {
        byte[] bytes = Objects.requireNonNull(Outline.of(real)).bytes().clone();
        byte[] hash = Sha256.of(TEXT.getBytes(StandardCharsets.UTF_8));
        for (int at = 0; at + Bytes32.LENGTH <= bytes.length; at++) {
            if (Arrays.equals(bytes, at, at + Bytes32.LENGTH, hash, 0, Bytes32.LENGTH)) {
                bytes[at] ^= 1;
                return Outline.read(bytes);
            }
        }
        throw new IllegalStateException("an outline without its hash");
    }
}

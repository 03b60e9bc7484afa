package dev.musher.node.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.Rules;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Role;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.json.Code;
import dev.musher.protocol.json.Outcome;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The owners raise the rules above what some builds know: those keep, forward and read. */
class OutdatedTest {

    private static final Rules LATER = new Rules(Rules.PRODUCT.headsMax(), 2);

    private final World world = new World();
    private World.Node founder;
    private World.Node old;
    private World.Node far;

    /** The founder's build and {@code far}'s know the second version, {@code old}'s does not. */
    @BeforeEach
    void found() {
        founder = world.founder();
        old = world.joiner(founder, "10.0.0.2:1", Role.MEMBER);
        far = world.joiner(old, "10.0.0.3:1", Role.MEMBER);
        create(founder, "before");
        world.pass(5_000);
        update(founder);
        update(far);
        Forger author = new Forger(founder, founder);
        Signed raised = author.sign(author.first(900, new Op.SetRules(2)));
        assertEquals("", founder.asks(t -> new Input.Restore(t, List.of(raised))).text());
        world.pass(10_000);
    }

    private static void update(World.Node node) {
        node.kill();
        node.open(Setup.joining("updated", "stamp", null).knowing(LATER));
    }

    @Test
    @Tag("T-A11")
    void itSaysSoAndWritesNothing() {
        NodeHealth health = old.shown().health();
        assertEquals(NodeHealth.State.OUTDATED, health.state());
        assertEquals("update_needed", health.problems().getFirst().code());
        assertTrue(health.problems().getFirst().text().contains("version 2"));
        assertTrue(health.problems().getFirst().text().contains("with a newer build"));
        long before = old.shown().changes();
        Outcome.Refused refused =
                assertInstanceOf(
                        Outcome.Refused.class, old.does(World.create("refused")).getFirst());
        assertEquals(Code.UPDATE_NEEDED, refused.code());
        assertEquals("update_needed", old.rotates().code());
        assertEquals(
                "update_needed",
                old.asks(t -> new Input.Checkpoint(t, World.USER, List.of())).code());
        world.pass(20_000);
        assertEquals(before, old.shown().changes());
        assertEquals(NodeHealth.State.READY, founder.shown().health().state());
    }

    @Test
    @Tag("T-A11")
    void itKeepsForwardsAndReadsAndComparesNoState() {
        create(founder, "after");
        create(far, "far away");
        world.pass(20_000);
        for (World.Node node : List.of(founder, old, far)) {
            assertEquals(List.of("after", "before", "far away"), names(node));
            assertEquals(
                    List.of(), node.log.stream().filter(e -> e instanceof Effect.Alarm).toList());
        }
        assertEquals("", old.shown().digest());
        assertEquals(founder.shown().digest(), far.shown().digest());
    }

    @Test
    @Tag("T-A11")
    void aBuildThatKnowsTheRulesGoesOn() {
        old.kill();
        old.open(Setup.joining("as before", "stamp", null));
        world.pass(5_000);
        assertEquals(NodeHealth.State.OUTDATED, old.shown().health().state());
        assertEquals("", old.shown().digest());
        update(old);
        world.pass(5_000);
        create(old, "with the new build");
        world.pass(10_000);
        assertEquals(NodeHealth.State.READY, old.shown().health().state());
        assertEquals(List.of("before", "with the new build"), names(founder));
        assertNotEquals("", old.shown().digest());
        assertEquals(founder.shown().digest(), old.shown().digest());
    }

    private static void create(World.Node node, String name) {
        assertInstanceOf(Outcome.Done.class, node.does(World.create(name)).getFirst());
    }

    private static List<String> names(World.Node node) {
        return node.queries.items(item -> true).stream().map(i -> i.name()).sorted().toList();
    }
}

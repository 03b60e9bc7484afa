package dev.musher.node.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.Admission;
import dev.musher.crdt.MemoryHistory;
import dev.musher.crdt.Project;
import dev.musher.crdt.Rules;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.Event;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Role;
import dev.musher.crdt.change.Value;
import dev.musher.crdt.pipeline.Item;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.json.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Compaction against full replay: members write, delete, close, are cut off and cut out; nodes
 * compact at any time and crash before or after any batch of it; a newcomer takes what compacted
 * nodes have. In the end all hold the state that a fold of every change with its body gives, and
 * nothing that was deleted is back. {@code -Dmusher.compactions} runs more of them.
 */
class CompactionSeedsTest {

    private static final int CASES = Integer.getInteger("musher.compactions", 12);
    private static final long IDLE_MS = 30L * 86_400_000;

    private long dropped;

    @Test
    @Tag("T-A6")
    @Tag("M-16")
    @Tag("H-20")
    void compactedNodesAndTheirNewcomersHoldTheStateOfAFullReplay() {
        for (int seed = 0; seed < CASES; seed++) {
            new Case(seed).run();
        }
        assertTrue(dropped > CASES, dropped + " texts dropped in " + CASES + " cases");
    }

    private final class Case {
        private final Random random;
        private final String what;
        private final World world = new World();
        private final List<World.Node> nodes = new ArrayList<>();

        /** Every change with its body, as its author's node had it first. */
        private final Map<String, Change> bodies = new TreeMap<>();

        Case(int seed) {
            random = new Random(seed);
            what = "seed " + seed;
        }

        void run() {
            World.Node founder = world.founder();
            nodes.add(founder);
            nodes.add(world.joiner(founder, "10.0.0.2:1", Role.MEMBER));
            nodes.add(world.joiner(founder, "10.0.0.3:1", Role.OWNER));
            for (int i = 0; i < 60; i++) {
                step();
                remember();
            }
            nodes.forEach(node -> node.asks(t -> new Input.Offline(t, false)));
            world.pass(25_000);
            remember();
            checkpoint(nodes.get(random.nextBoolean() ? 0 : 2));
            world.pass(1_000);
            for (World.Node node : nodes) {
                node.does(World.create("acknowledges"));
            }
            world.pass(5_000);
            remember();
            nodes.forEach(node -> compact(node));
            World.Node newcomer =
                    world.joiner(nodes.get(random.nextInt(3)), "10.0.0.9:1", Role.MEMBER);
            world.pass(25_000);
            remember();
            Project full = full();
            for (World.Node node : world.nodes) {
                assertEquals(full.digest().value().hex(), node.shown().digest(), what);
                assertEquals(bodies.size(), node.shown().changes(), what);
                for (Item item : full.items()) {
                    Item here = node.shown().items().get(item.key());
                    assertEquals(item, here, what);
                    assertEquals(item.deleted(), here.deleted(), what);
                }
            }
            assertNotNull(newcomer.shown().digest(), what);
            dropped +=
                    Replica.exported(newcomer.store, 0, 100_000).stream()
                            .filter(s -> s.change().isOutline())
                            .count();
        }

        private void step() {
            World.Node node = nodes.get(random.nextInt(nodes.size()));
            switch (random.nextInt(14)) {
                case 0, 1, 2 -> node.does(World.create("item " + random.nextInt(100)));
                case 3, 4, 5, 6 -> act(node, key -> body(key));
                case 7 ->
                        act(
                                node,
                                key ->
                                        new Command.Act(
                                                key.text(), Event.DONE, "", new TreeMap<>(), null));
                case 8 ->
                        act(
                                node,
                                key ->
                                        random.nextInt(3) > 0
                                                ? new Command.Delete(key.text(), null)
                                                : new Command.Restore(key.text()));
                case 9 ->
                        act(
                                node,
                                key ->
                                        new Command.Act(
                                                key.text(),
                                                Event.REOPEN,
                                                "",
                                                new TreeMap<>(),
                                                null));
                case 10 -> {
                    boolean away = random.nextBoolean();
                    node.asks(ticket -> new Input.Offline(ticket, away));
                }
                case 11 -> checkpoint(node);
                case 12 -> compact(node);
                default -> world.pass(1_000L * random.nextInt(8));
            }
        }

        private void act(World.Node node, java.util.function.Function<ItemKey, Command> command) {
            List<ItemKey> keys = new ArrayList<>();
            node.shown().items().forEach((key, item) -> keys.add(key));
            if (!keys.isEmpty()) {
                node.does(command.apply(keys.get(random.nextInt(Math.min(6, keys.size())))));
            }
        }

        private Command body(ItemKey key) {
            String text = ("text " + random.nextInt(1_000) + " ").repeat(1 + random.nextInt(60));
            return new Command.Edit(
                    key.text(),
                    new TreeMap<>(Map.of(Field.BODY, new Value.Text(text))),
                    new TreeMap<>(),
                    null);
        }

        private void checkpoint(World.Node node) {
            node.asks(t -> new Input.Checkpoint(t, World.USER, node.queries.replaced()));
        }

        /** Compacts, and dies before the batch is on disk, or right after, or not. */
        private void compact(World.Node node) {
            int crash = random.nextInt(3);
            node.holdCommits = crash == 0;
            node.give(new Input.Compact(1L << 40, false, IDLE_MS, 0, 0));
            world.settle();
            if (crash < 2) {
                node.kill();
                node.holdCommits = false;
                node.held = null;
                node.open(Setup.founding("again", "stamp", "demo", World.recovery()));
                world.settle();
                if (crash == 0) {
                    node.asks(t -> new Input.Compact(t, false, IDLE_MS, 0, 0));
                }
            }
        }

        private void remember() {
            for (World.Node node : nodes) {
                for (Signed signed : Replica.exported(node.store, 0, 100_000)) {
                    Change change = signed.change();
                    if (!change.isOutline()) {
                        bodies.putIfAbsent(change.id().hex(), change);
                    }
                }
            }
        }

        private Project full() {
            MemoryHistory history = new MemoryHistory();
            Project project = new Project(Rules.PRODUCT, history);
            List<Change> sorted = new ArrayList<>(bodies.values());
            sorted.sort((x, y) -> Long.compare(x.lamport(), y.lamport()));
            for (Change change : sorted) {
                Admission admission = project.check(change);
                assertTrue(admission instanceof Admission.Admitted, what + ": " + admission);
                history.add(project.apply((Admission.Admitted) admission));
            }
            return project;
        }
    }
}

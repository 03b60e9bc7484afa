package dev.musher.ops.bench;

import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.Origin;
import dev.musher.crdt.change.Value;
import dev.musher.node.Node;
import dev.musher.protocol.json.Command;
import dev.musher.protocol.json.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Fills a node with history through its own front door, many commands in flight. */
final class Work {

    private static final int FLYING = 2_000;
    private static final Actor ACTOR = new Actor.User("bench");

    private final Node node;
    private final SplittableRandom random;
    private final List<String> items = new ArrayList<>();
    private final AtomicReference<@Nullable String> refused = new AtomicReference<>();

    Work(Node node, long seed) {
        this.node = node;
        this.random = new SplittableRandom(seed);
    }

    /** Makes items, a change each. */
    void create(int count) throws InterruptedException {
        Semaphore flying = new Semaphore(FLYING);
        List<String> made = java.util.Collections.synchronizedList(items);
        for (int i = 0; i < count; i++) {
            SortedMap<Field, Value> fields = new TreeMap<>();
            fields.put(Field.NAME, new Value.Text("Item " + i + " of the benchmark"));
            fields.put(Field.TYPE, new Value.Text(i % 5 == 0 ? "bug" : "story"));
            Command create =
                    new Command.Create(
                            new Origin(Origin.Kind.TEST, "bench", 1), fields, new TreeMap<>());
            submit(flying, List.of(create), made);
        }
        flying.acquire(FLYING);
        check();
    }

    /** Writes fields of random items: {@code changes} changes of {@code ops} ops, 1..4. */
    void edit(int changes, int ops) throws InterruptedException {
        Semaphore flying = new Semaphore(FLYING);
        for (int i = 0; i < changes; i++) {
            submit(flying, List.of(edit(ops)), null);
        }
        flying.acquire(FLYING);
        check();
    }

    /** One edit of a random item. */
    Command edit(int ops) {
        SortedMap<Field, Value> fields = new TreeMap<>();
        fields.put(Field.NAME, new Value.Text("Item renamed to " + random.nextInt(1_000_000)));
        if (ops > 1) {
            fields.put(Field.PRIORITY, new Value.Int(random.nextInt(5)));
        }
        if (ops > 2) {
            fields.put(Field.ASSIGNEE, new Value.Text("dev-" + random.nextInt(50)));
        }
        if (ops > 3) {
            fields.put(Field.AGENT, new Value.Text("agent-" + random.nextInt(50)));
        }
        return new Command.Edit(
                items.get(random.nextInt(items.size())), fields, new TreeMap<>(), null);
    }

    /** Ids of the items made. */
    List<String> items() {
        return items;
    }

    private void submit(
            Semaphore flying,
            List<Command> commands,
            @org.jspecify.annotations.Nullable List<String> made)
            throws InterruptedException {
        flying.acquire();
        node.driver()
                .submit(ACTOR, commands, null)
                .whenComplete((outcomes, failure) -> {
                    for (Outcome outcome : outcomes == null ? List.<Outcome>of() : outcomes) {
                        if (outcome instanceof Outcome.Done done
                                && made != null
                                && done.key() != null) {
                            made.add(done.key().text());
                        } else if (outcome instanceof Outcome.Refused r) {
                            refused.compareAndSet(null, r.text());
                        }
                    }
                    if (failure != null) {
                        refused.compareAndSet(null, failure.toString());
                    }
                    flying.release();
                });
    }

    private void check() {
        String why = refused.get();
        if (why != null) {
            throw new IllegalStateException("the node refused a command of the benchmark: " + why);
        }
    }
}

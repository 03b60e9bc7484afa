package dev.musher.ops.bench;

import dev.musher.node.Node;
import dev.musher.protocol.json.Command;
import dev.musher.protocol.json.Outcome;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Fills a node with history through its own front door, many commands in flight. */
final class Work {

    private static final int FLYING = 2_000;

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
        List<String> made = Collections.synchronizedList(items);
        for (int i = 0; i < count; i++) {
            submit(flying, List.of(Typical.create(i)), made);
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
        return Typical.edit(items.get(random.nextInt(items.size())), ops, random);
    }

    /** Ids of the items made. */
    List<String> items() {
        return items;
    }

    private void submit(Semaphore flying, List<Command> commands, @Nullable List<String> made)
            throws InterruptedException {
        flying.acquire();
        node.driver()
                .submit(Typical.ACTOR, commands, null)
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

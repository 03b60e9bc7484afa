package dev.musher.ops.bench;

import dev.musher.crdt.change.Role;
import dev.musher.node.Node;
import dev.musher.node.NodeConfig;
import dev.musher.node.NodeMain;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Nodes in this process, each with its own home, store and sockets. */
final class Nodes {

    private static final Duration LONGEST = Duration.ofMinutes(10);

    private Nodes() {}

    static Node found(Path home) {
        return NodeMain.start(
                NodeConfig.resolve(
                        Map.of("home", home.toString(), "http", "127.0.0.1:0", "project", "bench"),
                        Map.of()));
    }

    static Node open(Path home) {
        return NodeMain.start(NodeConfig.of(home));
    }

    /**
     * A second node of the project of {@code of}; returns when it is started, not when it is in
     * sync.
     */
    static Node join(Node of, Path home) {
        String link =
                of.driver()
                        .invite(Role.MEMBER, "bench-2", null)
                        .toCompletableFuture()
                        .join()
                        .text();
        return NodeMain.start(
                NodeConfig.resolve(
                        Map.of("home", home.toString(), "http", "127.0.0.1:0", "join", link),
                        Map.of()));
    }

    /** Waits until both show the same state; the nanoseconds it took. */
    static long untilEqual(Node a, Node b) throws InterruptedException {
        return until(
                b,
                () ->
                        !a.published().digest().isEmpty()
                                && a.published().digest().equals(b.published().digest())
                                && a.published().changes() == b.published().changes());
    }

    /** Waits until something holds of what a node shows; the nanoseconds it took. */
    static long until(Node node, BooleanSupplier holds) throws InterruptedException {
        long beganNs = System.nanoTime();
        CountDownLatch done = new CountDownLatch(1);
        Runnable check =
                () -> {
                    if (holds.getAsBoolean()) {
                        done.countDown();
                    }
                };
        node.driver().onPublish(check);
        check.run();
        if (!done.await(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("nothing came of it within " + LONGEST);
        }
        node.driver().forget(check);
        return System.nanoTime() - beganNs;
    }
}

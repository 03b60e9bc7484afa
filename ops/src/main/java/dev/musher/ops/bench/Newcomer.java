package dev.musher.ops.bench;

import dev.musher.ops.cli.Daemon;
import dev.musher.ops.cli.NodeClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A node that joined another and has all that one has: a process of its own, started as people
 * start it.
 *
 * @param seconds from before the start of the process until its state was the same
 * @param readySeconds of these until it said that it was ready
 */
record Newcomer(Daemon daemon, NodeClient client, double seconds, double readySeconds)
        implements AutoCloseable {

    private static final long STEP_NS = TimeUnit.MILLISECONDS.toNanos(25);
    private static final long LONGEST_NS = TimeUnit.MINUTES.toNanos(5);
    private static final String DIGEST = "/api/v1/digest";

    /**
     * Starts it and waits until it has all.
     *
     * @param of the node it joins, which nobody writes to meanwhile
     * @param home a folder that is not there yet
     */
    static Newcomer join(NodeClient of, Path home) throws IOException, InterruptedException {
        String link =
                of.write("POST", "/api/v1/invites", Map.of("role", "member", "label", "newcomer"))
                        .at("link")
                        .text();
        long beganNs = System.nanoTime();
        Daemon daemon =
                Daemon.start(
                        List.of("node", "--home", home.toString(), "--http", "127.0.0.1:0"),
                        Map.of("MUSHER_JOIN", link),
                        home.resolveSibling("newcomer.err"),
                        false);
        double ready = (System.nanoTime() - beganNs) / 1e9;
        NodeClient client =
                new NodeClient(daemon.http(), Files.readString(home.resolve("token")).strip());
        while (!isSame(of, client)) {
            if (System.nanoTime() - beganNs > LONGEST_NS) {
                throw new IllegalStateException("the newcomer has not all after minutes");
            }
            LockSupport.parkNanos(STEP_NS); // between two questions, not instead of one
        }
        return new Newcomer(daemon, client, (System.nanoTime() - beganNs) / 1e9, ready);
    }

    /** Number of its process. */
    long pid() {
        return daemon.process().pid();
    }

    /** Processor time it has used. */
    double cpuSeconds() {
        return daemon.process().info().totalCpuDuration().orElse(Duration.ZERO).toMillis() / 1e3;
    }

    @Override
    public void close() throws InterruptedException {
        client.close();
        Daemon.stop(daemon.process().toHandle());
    }

    private static boolean isSame(NodeClient of, NodeClient newcomer) {
        // The cheap question first: the other node has the same cores.
        String digest = newcomer.get(DIGEST).at("digest").text("");
        return !digest.isEmpty() && digest.equals(of.get(DIGEST).at("digest").text(""));
    }
}

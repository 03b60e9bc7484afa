package dev.musher.ops.load;

import dev.musher.ops.cli.Failure;
import dev.musher.ops.cli.NodeClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Asks a node for one thing again and again, on connections of their own, until it is closed, and
 * keeps the longest that an answer took. A request that needs no disk shows how long the thread
 * that answers was held up. {@link #most} may be called from any thread.
 */
final class Prober implements AutoCloseable {

    /**
     * The longest time, in ms.
     *
     * @param raw as a clock shows it
     * @param net without what something on the machine waited for a processor meanwhile
     */
    record Most(double raw, double net) {
        Most and(double raw, double net) {
            return new Most(Math.max(this.raw, raw), Math.max(this.net, net));
        }
    }

    private final List<Thread> threads = new ArrayList<>();
    private final List<NodeClient> clients = new ArrayList<>();
    private final String path;
    private final long everyMs;
    private Most most = new Most(0, 0);
    private long answers;
    private long failures;
    private volatile boolean closing;

    /**
     * Begins.
     *
     * @param connections a node has more than one thread that answers, and a connection stays with
     *     one
     * @param everyMs from an answer to the next question
     */
    Prober(Victim node, int connections, String path, long everyMs) throws IOException {
        this.path = path;
        this.everyMs = everyMs;
        for (int i = 0; i < connections; i++) {
            NodeClient client = node.client();
            clients.add(client);
            threads.add(Thread.ofPlatform().name("probe-" + i).start(() -> ask(client)));
        }
    }

    private void ask(NodeClient client) {
        while (!closing) {
            try {
                double waitedMs = CpuWait.totalMs();
                long beganNs = System.nanoTime();
                boolean answered = answered(client);
                double tookMs = (System.nanoTime() - beganNs) / 1e6;
                took(tookMs, Math.max(0, tookMs - (CpuWait.totalMs() - waitedMs)), answered);
            } catch (IOException e) {
                throw new UncheckedIOException("what the kernel tells cannot be read", e);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(everyMs));
        }
    }

    private boolean answered(NodeClient client) {
        try {
            return client.bytes(path).length > 0;
        } catch (Failure e) {
            return e.problem().exists();
        }
    }

    private synchronized void took(double rawMs, double netMs, boolean answered) {
        most = most.and(rawMs, netMs);
        if (answered) {
            answers++;
        } else if (!closing) {
            failures++;
        }
    }

    /** The longest since the last call of this. */
    synchronized Most most() {
        Most now = most;
        most = new Most(0, 0);
        return now;
    }

    /** How many answers came. */
    synchronized long answers() {
        return answers;
    }

    /** How many requests got none. */
    synchronized long failures() {
        return failures;
    }

    @Override
    public void close() {
        closing = true;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
        clients.forEach(NodeClient::close);
    }
}

package dev.musher.ops.attack;

import dev.musher.ops.cli.Failure;
import dev.musher.ops.cli.Json;
import dev.musher.ops.cli.NodeClient;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * What people do meanwhile: writes at an honest node, and how long each takes until the node under
 * attack tells of it. Two threads of its own, from {@link #begin} to {@link #close}.
 */
final class HonestTraffic implements Closeable {

    private static final String MARK = "mark-";
    private static final long EACH_NS = TimeUnit.MILLISECONDS.toNanos(50);

    private final NodeClient writer;
    private final NodeClient watcher;
    private final String item;
    private final Map<String, Long> sentNs = new ConcurrentHashMap<>();
    private final List<Double> ms = new ArrayList<>();
    private final List<Double> acksMs = new ArrayList<>();
    private final Thread writing;
    private final Thread watching;
    private volatile boolean ending;
    private volatile String fault = "";
    private int count;

    /**
     * Writes at one node and watches the other.
     *
     * @param writer closed by this
     * @param watcher closed by this
     */
    HonestTraffic(NodeClient writer, NodeClient watcher) {
        this.writer = writer;
        this.watcher = watcher;
        Json made =
                writer.write(
                        "POST",
                        "/api/v1/items",
                        Map.of(
                                "type",
                                "story",
                                "name",
                                "written all the while",
                                "origin",
                                Map.of("kind", "test", "id", "attack")));
        this.item = made.at("id").text();
        this.writing = Thread.ofPlatform().name("honest-writes").unstarted(this::write);
        this.watching = Thread.ofPlatform().name("honest-watch").daemon().unstarted(this::watch);
    }

    void begin() {
        watching.start();
        writing.start();
    }

    /** What was measured since the last time; ms, sorted. */
    synchronized List<Double> take() {
        // What is still on its way counts as long as it has waited.
        long nowNs = System.nanoTime();
        sentNs.values().forEach(sent -> ms.add((nowNs - sent) / 1e6));
        sentNs.clear();
        List<Double> out = ms.stream().sorted().toList();
        ms.clear();
        return out;
    }

    /**
     * How long the honest node, which nobody attacks, took to acknowledge each write since the last
     * time; ms, sorted.
     */
    synchronized List<Double> takeAcks() {
        List<Double> out = acksMs.stream().sorted().toList();
        acksMs.clear();
        return out;
    }

    private synchronized void acknowledged(double ms) {
        acksMs.add(ms);
    }

    /** A percentile of sorted times; 0 where there are none. */
    static double percentile(List<Double> sorted, double of) {
        return sorted.isEmpty()
                ? 0
                : sorted.get((int) Math.min(sorted.size() - 1, sorted.size() * of / 100));
    }

    /** What went wrong, or empty. */
    String fault() {
        return fault;
    }

    @Override
    public void close() throws IOException {
        ending = true;
        try {
            writing.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        writer.close();
        watcher.close();
    }

    private void write() {
        long nextNs = System.nanoTime();
        while (!ending) {
            String mark = MARK + count++ + ".";
            long beganNs = System.nanoTime();
            sentNs.put(mark, beganNs);
            try {
                writer.write("PATCH", "/api/v1/items/" + item, Map.of("assignee", mark));
                acknowledged((System.nanoTime() - beganNs) / 1e6);
            } catch (Failure e) {
                fault = "an honest write failed: " + e.getMessage();
            }
            nextNs = Math.max(nextNs + EACH_NS, System.nanoTime());
            LockSupport.parkNanos(nextNs - System.nanoTime());
        }
    }

    private void watch() {
        try {
            watcher.events("/api/v1/events", (id, name, data) -> seen(data));
        } catch (Failure e) {
            if (!ending) {
                fault = "the events of the node ended: " + e.getMessage();
            }
        }
    }

    private synchronized boolean seen(String data) {
        int at = data.indexOf(MARK);
        if (at >= 0) {
            Long sent = sentNs.remove(data.substring(at, data.indexOf('.', at) + 1));
            if (sent != null) {
                ms.add((System.nanoTime() - sent) / 1e6);
            }
        }
        return !ending;
    }
}

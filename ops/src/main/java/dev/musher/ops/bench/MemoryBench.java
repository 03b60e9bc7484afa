package dev.musher.ops.bench;

import dev.musher.node.Node;
import dev.musher.ops.cli.Daemon;
import dev.musher.ops.cli.NodeClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * What one node holds in memory over a history that is there: a process of its own, started as
 * people start it, asked and written to over HTTP by this one.
 */
final class MemoryBench implements Bench {

    private static final int CHANGES = 100_000;
    private static final int WRITES_A_SECOND = 20;
    private static final int LOAD_S = 10;
    private static final long GOAL_MIB = 400;

    @Override
    public void run(Path folder, double scale, Consumer<Figure> out)
            throws IOException, InterruptedException {
        if (!Resident.isTold()) {
            out.accept(Figure.plain("resident memory of a node", "not told", "no /proc here"));
            return;
        }
        int count = (int) (CHANGES * scale);
        int items = Math.max(10, count / 20);
        Path home = folder.resolve("home");
        List<String> refs;
        String middle;
        try (Node node = Nodes.found(home)) {
            Work work = new Work(node, 1);
            work.create(items);
            work.edit(count - items, 1);
            refs = work.items();
            long first = node.driver().queries().exported(0, 1).get(0).change().header().wallMs();
            long last = node.published().wallMs();
            middle = Instant.ofEpochMilli(first + (last - first) / 2).toString();
        }
        List<String> args = List.of("node", "--home", home.toString(), "--http", "127.0.0.1:0");
        Daemon daemon = Daemon.start(args, folder.resolve("daemon.err"), false);
        try (NodeClient client =
                new NodeClient(daemon.http(), Files.readString(home.resolve("token")).strip())) {
            String corpus =
                    String.format(
                            Locale.ROOT,
                            "%,d changes, %,d items; `musher node`, a process of its own",
                            count,
                            items);
            Meter meter = new Meter(daemon.process().pid(), client, scale >= 1, corpus, out);
            meter.tell("after start");
            client.bytes("/api/v1/board");
            meter.tell("after the board");
            client.bytes("/api/v1/board?at=" + middle);
            meter.tell("after a board of the past");
            load(client, refs);
            meter.tell("after " + LOAD_S + " s of " + WRITES_A_SECOND + " writes a second");
            Newcomer newcomer = Newcomer.join(client, folder.resolve("newcomer"));
            meter.tell("after it gave all to a newcomer");
            try (newcomer) {
                meter.of(newcomer.pid(), newcomer.client())
                        .tell("a newcomer, after it took all from a peer");
            }
        } finally {
            Daemon.stop(daemon.process().toHandle());
        }
    }

    private static void load(NodeClient client, List<String> refs) {
        long beganNs = System.nanoTime();
        for (int i = 0; i < WRITES_A_SECOND * LOAD_S; i++) {
            long dueNs = beganNs + TimeUnit.SECONDS.toNanos(i) / WRITES_A_SECOND;
            LockSupport.parkNanos(dueNs - System.nanoTime());
            client.write(
                    "PATCH",
                    "/api/v1/items/" + refs.get(i * 31 % refs.size()),
                    Map.of("assignee", "dev-" + i));
        }
    }

    /** Tells the memory of one process. */
    private record Meter(
            long pid, NodeClient client, boolean goal, String corpus, Consumer<Figure> out) {

        /** Of another process, of which nothing was promised. */
        Meter of(long other, NodeClient itsClient) {
            return new Meter(other, itsClient, false, corpus, out);
        }

        void tell(String when) throws IOException {
            Resident resident = Resident.of(pid);
            String metrics = new String(client.bytes("/metrics"), StandardCharsets.UTF_8);
            out.accept(
                    new Figure(
                            "resident memory of a node, " + when,
                            resident.text(),
                            null,
                            goal ? "<= " + GOAL_MIB + " MiB at 100,000 changes" : null,
                            goal ? resident.peak() <= GOAL_MIB : null,
                            String.format(
                                    Locale.ROOT,
                                    "of it %d MiB its own (heap: %d used of %d taken; JVM beside"
                                            + " the heap: %d; the rest RocksDB and buffers), %d"
                                            + " MiB of files; %s",
                                    resident.own(),
                                    sum(metrics, "jvm_memory_used_bytes{area=\"heap\""),
                                    sum(metrics, "jvm_memory_committed_bytes{area=\"heap\""),
                                    sum(metrics, "jvm_memory_committed_bytes{area=\"nonheap\""),
                                    resident.files(),
                                    corpus)));
        }

        /** Sum of the values of the lines that begin so, MiB. */
        private static long sum(String metrics, String begin) {
            double sum = 0;
            for (String line : metrics.lines().toList()) {
                if (line.startsWith(begin)) {
                    sum += Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
                }
            }
            return Math.round(sum / (1 << 20));
        }
    }
}

package dev.musher.ops.bench;

import dev.musher.crdt.pipeline.Item;
import dev.musher.node.Node;
import dev.musher.ops.cli.Daemon;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * How long a node takes to be ready over a history that is there, as people start it: a process of
 * its own. Then its past, in this process.
 */
final class StartBench implements Bench {

    private final int changes;
    private final double goalSeconds;

    StartBench(int changes, double goalSeconds) {
        this.changes = changes;
        this.goalSeconds = goalSeconds;
    }

    @Override
    public void run(Path folder, double scale, Consumer<Figure> out)
            throws IOException, InterruptedException {
        int count = (int) (changes * scale);
        int items = Math.max(10, count / 20);
        Path home = folder.resolve("home");
        try (Node node = Nodes.found(home)) {
            Work work = new Work(node, 1);
            work.create(items);
            work.edit(count - items, 1);
        }
        String corpus = String.format(Locale.ROOT, "%,d changes, %,d items", count, items);
        for (int round = 1; round <= 3; round++) {
            double seconds = start(home);
            out.accept(
                    new Figure(
                            String.format(Locale.ROOT, "ready after start, round %d", round),
                            String.format(Locale.ROOT, "%.2f s", seconds),
                            null,
                            "<= " + goalSeconds + " s",
                            scale < 1 ? null : seconds <= goalSeconds,
                            corpus + "; `musher node`, from before its JVM is started"));
        }
        try (Node node = Nodes.open(home)) {
            Nodes.until(node, () -> !node.published().digest().isEmpty());
            past(node, count, out, corpus);
        }
        out.accept(
                Figure.plain(
                        "disk a change, as written here",
                        Disk.bytes(home.resolve("store")) / count + " bytes",
                        corpus + "; written in groups of many, one signature a group"));
    }

    /** Seconds until a process of its own says that it is ready; it is ended again. */
    private static double start(Path home) throws IOException, InterruptedException {
        List<String> args = List.of("node", "--home", home.toString(), "--http", "127.0.0.1:0");
        long beganNs = System.nanoTime();
        Daemon daemon = Daemon.start(args, home.resolveSibling("daemon.err"), false);
        double seconds = (System.nanoTime() - beganNs) / 1e9;
        Daemon.stop(daemon.process().toHandle());
        return seconds;
    }

    private static void past(Node node, int count, Consumer<Figure> out, String corpus) {
        long last = node.published().wallMs();
        long first = node.driver().queries().exported(0, 1).get(0).change().header().wallMs();
        Percentiles times = new Percentiles();
        int shown = 0;
        for (int i = 1; i <= 10; i++) {
            long at = first + (last - first) * i / 10;
            long beganNs = System.nanoTime();
            List<Item> items = node.driver().queries().past(at);
            times.add(System.nanoTime() - beganNs);
            shown += items.size();
        }
        out.accept(
                new Figure(
                        "board at 10 past moments",
                        times.text(),
                        null,
                        "p99 <= 1 s at 100,000 changes",
                        count < 100_000 ? null : count > 100_000 ? null : times.ms(99) <= 1_000,
                        corpus + "; " + shown + " items in all boards"));
    }
}

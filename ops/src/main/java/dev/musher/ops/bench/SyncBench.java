package dev.musher.ops.bench;

import dev.musher.node.Node;
import dev.musher.ops.cli.NodeClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Consumer;

/** A newcomer takes a whole history from one peer, over a real socket, onto its disk. */
final class SyncBench implements Bench {

    private static final int CHANGES = 110_000;
    private static final int TWO_OPS = 70_000;
    private static final int ITEMS = 10_000;

    @Override
    public void run(Path folder, double scale, Consumer<Figure> out)
            throws IOException, InterruptedException {
        int items = Math.max(10, (int) (ITEMS * scale));
        int two = (int) (TWO_OPS * scale);
        int one = (int) (CHANGES * scale) - two - items;
        try (Node source = Nodes.found(folder.resolve("source"))) {
            Work work = new Work(source, 1);
            long beganNs = System.nanoTime();
            work.create(items);
            work.edit(one, 1);
            work.edit(two, 2);
            double written = (System.nanoTime() - beganNs) / 1e9;
            long changes = source.published().changes();
            out.accept(
                    Figure.plain(
                            "local commands, 2,000 in flight",
                            String.format(
                                    Locale.ROOT, "%,.0f changes/s", (items + one + two) / written),
                            changes + " changes by one device, no socket; one process"));
            Nodes.until(source, () -> !source.published().digest().isEmpty());
            for (int round = 1; round <= 3; round++) {
                measure(source, folder.resolve("newcomer-" + round), round, out);
            }
            alone(source, folder.resolve("newcomer-alone"), out);
            long bytes = Disk.bytes(folder.resolve("newcomer-3").resolve("store"));
            out.accept(
                    new Figure(
                            "disk a change, as synced",
                            bytes / changes + " bytes",
                            null,
                            "<= 350 bytes a one-field change in runs",
                            bytes / changes <= 350,
                            changes
                                    + " changes, "
                                    + items
                                    + " items, after close, log and tables together"));
        }
    }

    private static void measure(Node source, Path home, int round, Consumer<Figure> out)
            throws InterruptedException {
        long beganNs = System.nanoTime();
        long cpuBeganNs = Cpu.processNs();
        try (Node newcomer = Nodes.join(source, home)) {
            Nodes.untilEqual(source, newcomer);
            double seconds = (System.nanoTime() - beganNs) / 1e9;
            double cpuSeconds = (Cpu.processNs() - cpuBeganNs) / 1e9;
            long changes = newcomer.published().changes();
            out.accept(
                    new Figure(
                            "sync from empty, round " + round,
                            String.format(
                                    Locale.ROOT,
                                    "%.2f s, %,.0f changes/s, %.2f s of processor",
                                    seconds,
                                    changes / seconds,
                                    cpuSeconds),
                            null,
                            "<= 2.5 s for 110,000 changes with 180,000 ops",
                            changes < CHANGES ? null : seconds <= 2.5,
                            "start of the node, join and digest included; verified and on disk;"
                                    + " both ends in one process on the same cores"));
        }
    }

    /** As people join: the newcomer is a process of its own, its JVM as cold as can be. */
    private static void alone(Node source, Path home, Consumer<Figure> out)
            throws IOException, InterruptedException {
        long changes = source.published().changes();
        try (NodeClient client = new NodeClient(source.http().toString(), source.token());
                Newcomer newcomer = Newcomer.join(client, home)) {
            out.accept(
                    Figure.plain(
                            "sync from empty, the newcomer a process of its own",
                            String.format(
                                    Locale.ROOT,
                                    "%.2f s, of them %.2f s until it was ready; %.2f s of"
                                            + " processor",
                                    newcomer.seconds(),
                                    newcomer.readySeconds(),
                                    newcomer.cpuSeconds()),
                            changes
                                    + " changes; `musher node` with MUSHER_JOIN, start of the JVM"
                                    + " included; two processes on the same cores"));
        }
    }
}

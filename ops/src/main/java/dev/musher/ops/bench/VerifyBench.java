package dev.musher.ops.bench;

import dev.musher.node.HomeVerify;
import dev.musher.node.Node;
import dev.musher.node.verify.Found;
import dev.musher.node.verify.Report;
import dev.musher.node.verify.Verification;
import dev.musher.protocol.codec.Signed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** How fast a whole history is verified: from a store with its derived rows, and from memory. */
final class VerifyBench implements Bench {

    private static final int CHANGES = 100_000;
    private static final int GOAL = 75_000;

    @Override
    public void run(Path folder, double scale, Consumer<Figure> out)
            throws IOException, InterruptedException {
        int count = (int) (CHANGES * scale);
        int items = Math.max(10, count / 20);
        Path home = folder.resolve("home");
        List<Signed> changes = new ArrayList<>(count);
        try (Node node = Nodes.found(home)) {
            Work work = new Work(node, 1);
            work.create(items);
            work.edit(count - items, 1);
            for (List<Signed> page = node.driver().queries().exported(0, 2_000);
                    !page.isEmpty();
                    page = node.driver().queries().exported(changes.size(), 2_000)) {
                changes.addAll(page);
            }
        }
        for (int round = 1; round <= 3; round++) {
            figure("verify a home", round, scale, out, () -> HomeVerify.stopped(home, told -> {}));
        }
        figure(
                "verify changes without a store",
                1,
                scale,
                out,
                () ->
                        Verification.ofExport(
                                changes.stream()
                                        .map(s -> Found.line("", s, s.change().id()))
                                        .iterator(),
                                told -> {}));
    }

    @FunctionalInterface
    private interface Verified {
        Report run() throws IOException, InterruptedException;
    }

    private static void figure(
            String name, int round, double scale, Consumer<Figure> out, Verified verified)
            throws IOException, InterruptedException {
        long beganNs = System.nanoTime();
        long cpuNs = Cpu.processNs();
        Report report = verified.run();
        double seconds = (System.nanoTime() - beganNs) / 1e9;
        if (!report.isWell()) {
            throw new IllegalStateException("the history is not well: " + report.problems());
        }
        double rate = report.changes() / seconds;
        out.accept(
                new Figure(
                        name + ", round " + round,
                        String.format(
                                Locale.ROOT,
                                "%,.0f changes/s (%.2f s, %.2f s of processor)",
                                rate,
                                seconds,
                                (Cpu.processNs() - cpuNs) / 1e9),
                        null,
                        String.format(Locale.ROOT, ">= %,d/s", GOAL),
                        scale < 1 ? null : rate >= GOAL,
                        String.format(
                                Locale.ROOT,
                                "%,d one-op changes in runs, %,d signatures, %,d items, one"
                                        + " process",
                                report.changes(),
                                report.signatures(),
                                report.items())));
    }
}

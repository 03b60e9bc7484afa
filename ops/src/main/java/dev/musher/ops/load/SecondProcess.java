package dev.musher.ops.load;

import dev.musher.ops.cli.Daemon;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A second process is started on a home that has one, and is refused by name; every tenth time the
 * first one was killed before, and what it left does not stand in the way of the next.
 */
final class SecondProcess implements DiskFault {

    /** How each run should end. */
    static final String REFUSED = "refused by name";

    private static final int KILL_EVERY = 10;
    private static final long END_S = 60;
    private static final long LOOK_MS = 5;

    private final long refuseMsMax;
    private final long readySMax;

    /**
     * @param refuseMsMax how long a refusal may take from the start of the process, its JVM's start
     *     included, apart from waits for a processor
     * @param readySMax how long a start may take
     */
    SecondProcess(long refuseMsMax, long readySMax) {
        this.refuseMsMax = refuseMsMax;
        this.readySMax = readySMax;
    }

    @Override
    public FaultReport run(Path folder, int runs, long seed, Consumer<String> say)
            throws IOException, InterruptedException {
        long beganNs = System.nanoTime();
        FaultReport report = new FaultReport("second");
        Victim node = new Victim(folder, folder, readySMax);
        Thread ending = new Thread(node::end, "soak-end");
        Runtime.getRuntime().addShutdownHook(ending);
        try {
            node.start();
            for (int i = 0; i < runs; i++) {
                if (i % KILL_EVERY == KILL_EVERY - 1) {
                    node.kill();
                    report.most("longest start after a kill, ms", node.start());
                    report.sum("kills, each followed by a start", 1);
                }
                second(node, folder, report);
                if ((i + 1) % KILL_EVERY == 0) {
                    say.accept((i + 1) + " of " + runs);
                }
            }
            node.stop();
        } finally {
            node.end();
            Runtime.getRuntime().removeShutdownHook(ending);
        }
        report.took(beganNs);
        return report;
    }

    private void second(Victim node, Path folder, FaultReport report)
            throws IOException, InterruptedException {
        Path said = folder.resolve("second.log");
        Files.deleteIfExists(said);
        long beganNs = System.nanoTime();
        Process process =
                Daemon.begin(
                        List.of("node", "--home", node.home().toString(), "--http", "127.0.0.1:0"),
                        Map.of(),
                        said);
        ProcessWait waits = new ProcessWait(process.pid());
        double waitedMs = 0;
        while (!process.waitFor(LOOK_MS, TimeUnit.MILLISECONDS)
                && System.nanoTime() - beganNs < TimeUnit.SECONDS.toNanos(END_S)) {
            waitedMs = waits.ms();
        }
        double tookMs = (System.nanoTime() - beganNs) / 1e6;
        boolean ended = !process.isAlive();
        process.destroyForcibly().waitFor();
        String why = Files.readString(said, StandardCharsets.UTF_8);
        report.most("longest refusal, ms", tookMs);
        report.most("longest refusal less its waits for a processor, ms", tookMs - waitedMs);
        if (!ended || process.exitValue() == 0 || !why.contains("in use by another process")) {
            report.breach("a second process was not refused by name: " + why.strip());
            return;
        }
        report.fate(REFUSED);
        if (tookMs - waitedMs > refuseMsMax) {
            report.breach("a refusal took " + Math.round(tookMs - waitedMs) + " ms");
        }
    }
}

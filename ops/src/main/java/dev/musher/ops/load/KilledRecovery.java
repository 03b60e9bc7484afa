package dev.musher.ops.load;

import dev.musher.node.HomeVerify;
import dev.musher.node.verify.Report;
import dev.musher.ops.cli.Daemon;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * What brings a home back is killed three times in a row at random moments: a restore of a backup
 * that is not in table files yet, and a rebuild of derived rows over such a log. The next one comes
 * to the end, and the home is whole. (Starts of a node are killed by {@link CrashLoop}.)
 */
final class KilledRecovery implements DiskFault {

    private static final int KILLS = 3;
    private static final int CHANGES = 1_000;

    private final long endSMax;

    /** With so many seconds for what is not killed. */
    KilledRecovery(long endSMax) {
        this.endSMax = endSMax;
    }

    @Override
    public FaultReport run(Path folder, int runs, long seed, Consumer<String> say)
            throws IOException, InterruptedException {
        long beganNs = System.nanoTime();
        FaultReport report = new FaultReport("kills");
        try (TwoNodes nodes = TwoNodes.make(folder, CHANGES)) {
            long longestMs = longestMs(folder, nodes);
            for (int i = 0; i < runs && report.holds(); i++) {
                SplittableRandom random = new SplittableRandom(seed * 1_000_003 + i);
                Path home = folder.resolve("home-" + i);
                Path from = nodes.pristine();
                List<String> rebuild = List.of("doctor", "--rebuild", "--home", home.toString());
                List<String> restore =
                        List.of("restore-home", from.toString(), "--home", home.toString());
                List<String> work = i % 2 == 0 ? restore : rebuild;
                if (i % 2 == 1) {
                    Folders.copy(from, home);
                }
                for (int kill = 0; kill < KILLS; kill++) {
                    Process process = begin(work, folder);
                    if (!process.waitFor(1 + random.nextLong(longestMs), TimeUnit.MILLISECONDS)) {
                        process.destroyForcibly().waitFor();
                        report.sum("killed in the middle", 1);
                    }
                }
                finish(work, home, folder, report);
                if (report.holds()) {
                    well(work.getFirst(), home, nodes, report);
                }
                report.fate(work.getFirst() + " came to its end");
                if (report.holds()) {
                    Folders.delete(home);
                }
                if ((i + 1) % 5 == 0) {
                    say.accept((i + 1) + " of " + runs);
                }
            }
        }
        report.took(beganNs);
        return report;
    }

    /** How long an undisturbed restore takes: kills fall into so much time. */
    private long longestMs(Path folder, TwoNodes nodes) throws IOException, InterruptedException {
        Path home = folder.resolve("undisturbed");
        long beganNs = System.nanoTime();
        Process process =
                begin(
                        List.of(
                                "restore-home",
                                nodes.pristine().toString(),
                                "--home",
                                home.toString()),
                        folder);
        process.waitFor(endSMax, TimeUnit.SECONDS);
        Folders.delete(home);
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beganNs);
    }

    private static Process begin(List<String> work, Path folder) throws IOException {
        return Daemon.begin(work, Map.of(), folder.resolve("work.log"));
    }

    private void finish(List<String> work, Path home, Path folder, FaultReport report)
            throws IOException, InterruptedException {
        if (work.getFirst().equals("restore-home") && Files.exists(home.resolve("store"))) {
            return; // One that was to be killed was faster.
        }
        Process process = begin(work, folder);
        if (!process.waitFor(endSMax, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            report.breach(work + " did not come to its end");
        } else if (process.exitValue() != 0) {
            report.breach(work + " ended with " + process.exitValue() + ", see work.log");
        }
    }

    private static void well(String work, Path home, TwoNodes nodes, FaultReport report)
            throws InterruptedException {
        Report found = HomeVerify.stopped(home, told -> {});
        if (!found.isWell() || !nodes.digest().equals(found.digest())) {
            report.breach(home + " after " + work + ": " + found.problems());
        }
    }
}

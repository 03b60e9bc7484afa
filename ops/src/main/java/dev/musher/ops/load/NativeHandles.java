package dev.musher.ops.load;

import dev.musher.ops.cli.Daemon;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A process that uses a store ({@link StoreUse}): its native code must not end it, and its memory
 * must not grow. A run of races is one end of a store under six threads, a run of steady work is a
 * minute.
 */
final class NativeHandles implements DiskFault {

    /** What the process says of itself at its end. */
    static final String HELD = "bytes held by handles: ";

    private static final long SAMPLE_S = 5;
    private static final long RACE_S_MAX = 10;

    /** Shorter runs show how a JVM finds its size, not what leaks. */
    private static final double JUDGED_S = 1_800;

    private static final double MIB_AN_HOUR_MAX = 1;

    /** An iterator holds the block it stands in; the cache itself holds some bytes for its sums. */
    static final long BLOCK_BYTES = 4 << 10;

    private final boolean steady;

    /**
     * @param steady whether it works on without an end of the store, else races with that
     */
    NativeHandles(boolean steady) {
        this.steady = steady;
    }

    private String name() {
        return steady ? "native" : "races";
    }

    /** The part in the process that is watched. */
    static String inside(boolean steady, Path folder, int runs, long seed)
            throws InterruptedException {
        if (steady) {
            return HELD + StoreUse.steady(folder, TimeUnit.MINUTES.toSeconds(runs), seed);
        }
        StoreUse.races(folder, runs, seed);
        return HELD + 0;
    }

    @Override
    public FaultReport run(Path folder, int runs, long seed, Consumer<String> say)
            throws IOException, InterruptedException {
        long beganNs = System.nanoTime();
        FaultReport report = new FaultReport(name());
        Path said = folder.resolve("said.log");
        Path grave = folder.resolve("hs_err.log");
        Process process =
                Daemon.begin(
                        List.of(
                                "soak",
                                "--disk",
                                name(),
                                "--runs",
                                Integer.toString(runs),
                                "--seed",
                                Long.toString(seed),
                                "--inside",
                                folder.toString()),
                        Map.of(
                                Victim.javaOptions(),
                                "-Xmx96m -XX:+UseSerialGC -XX:ErrorFile=" + grave),
                        said);
        Thread ending = new Thread(process::destroyForcibly, "soak-end");
        Runtime.getRuntime().addShutdownHook(ending);
        List<double[]> samples = new ArrayList<>();
        try {
            long endNs = beganNs + TimeUnit.SECONDS.toNanos(runs * (steady ? 120L : RACE_S_MAX));
            while (!process.waitFor(SAMPLE_S, TimeUnit.SECONDS) && System.nanoTime() < endNs) {
                double s = (System.nanoTime() - beganNs) / 1e9;
                samples.add(new double[] {s, Footprint.rssMib(process.pid())});
                say.accept(Math.round(s) + " s, " + Math.round(samples.getLast()[1]) + " MiB");
            }
        } finally {
            process.destroyForcibly().waitFor();
            Runtime.getRuntime().removeShutdownHook(ending);
        }
        judge(process, Files.readString(said, StandardCharsets.UTF_8), grave, report);
        if (steady) {
            slope(samples, report);
        }
        for (int i = 0; i < runs && report.holds(); i++) {
            report.fate(steady ? "minutes of work" : "ends under six threads");
        }
        report.took(beganNs);
        return report;
    }

    private static void judge(Process process, String said, Path grave, FaultReport report) {
        if (Files.exists(grave)) {
            report.breach("native code ended the process: " + grave);
        } else if (process.exitValue() != 0) {
            report.breach("it ended with " + process.exitValue() + ": " + said.strip());
        } else {
            int at = said.indexOf(HELD);
            long held =
                    at < 0
                            ? Long.MAX_VALUE
                            : Long.parseLong(said.substring(at + HELD.length()).strip());
            report.most("bytes held at the end", held);
            if (held >= BLOCK_BYTES) {
                report.breach("handles that were not closed hold " + held + " bytes");
            }
        }
    }

    private static void slope(List<double[]> samples, FaultReport report) {
        List<double[]> settled = samples.subList(samples.size() / 3, samples.size());
        if (settled.isEmpty()) {
            return;
        }
        double[] at = settled.stream().mapToDouble(sample -> sample[0]).toArray();
        double[] mib = settled.stream().mapToDouble(sample -> sample[1]).toArray();
        double slope = Footprint.slope(at, mib);
        report.sum("resident at the end, MiB", mib[mib.length - 1]);
        report.sum("growth of it after a third of the time, MiB an hour", slope);
        if (at[at.length - 1] >= JUDGED_S && slope > MIB_AN_HOUR_MAX) {
            report.breach("it grows by " + slope + " MiB an hour");
        }
    }
}

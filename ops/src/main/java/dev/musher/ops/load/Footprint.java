package dev.musher.ops.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Memory, descriptors and threads of one process over time (Linux, {@code /proc}), and how they
 * grow: the slope of the least-squares line through the samples after the first third, in which a
 * JVM finds its size. Not thread safe.
 */
final class Footprint {

    private static final double HOUR_S = 3_600;

    private record Sample(double s, double rssMib, double descriptors, double threads) {}

    private final List<Sample> samples = new ArrayList<>();

    /** Looks at a process now, so many seconds after the beginning. */
    void sample(long pid, double s) throws IOException {
        Path proc = Path.of("/proc", Long.toString(pid));
        double rss = told(pid, "VmRSS:") / 1024;
        double threads = told(pid, "Threads:");
        try (Stream<Path> open = Files.list(proc.resolve("fd"))) {
            samples.add(new Sample(s, rss, open.count(), threads));
        }
    }

    /** Resident memory of a process, MiB; 0 where it is gone. */
    static double rssMib(long pid) throws IOException {
        try {
            return told(pid, "VmRSS:") / 1024;
        } catch (NoSuchFileException e) {
            return 0;
        }
    }

    private static double told(long pid, String name) throws IOException {
        Path status = Path.of("/proc", Long.toString(pid), "status");
        for (String line : Files.readAllLines(status, StandardCharsets.UTF_8)) {
            if (line.startsWith(name)) {
                return Double.parseDouble(line.replaceAll("[^0-9]", ""));
            }
        }
        // A process that has just ended has no memory any more.
        return 0;
    }

    /** Last values, and percent an hour by which each grows. */
    Map<String, Object> figures() {
        Map<String, Object> out = new LinkedHashMap<>();
        if (samples.isEmpty()) {
            return out;
        }
        Sample last = samples.getLast();
        List<Sample> settled = samples.subList(samples.size() / 3, samples.size());
        out.put("samples", samples.size());
        out.put("overSeconds", rounded(last.s() - settled.getFirst().s()));
        out.put("rssMib", rounded(last.rssMib()));
        out.put("descriptors", last.descriptors());
        out.put("threads", last.threads());
        double[] at = settled.stream().mapToDouble(Sample::s).toArray();
        out.put(
                "rssPercentAnHour",
                growth(at, settled.stream().mapToDouble(Sample::rssMib).toArray()));
        out.put(
                "descriptorsPercentAnHour",
                growth(at, settled.stream().mapToDouble(Sample::descriptors).toArray()));
        out.put(
                "threadsPercentAnHour",
                growth(at, settled.stream().mapToDouble(Sample::threads).toArray()));
        return out;
    }

    /** Slope of the line through the points, in percent of their mean an hour. */
    static double growth(double[] s, double[] value) {
        double mean = mean(value);
        return mean == 0 ? 0 : rounded(100 * slope(s, value) / mean);
    }

    /** Slope of the line through the points, an hour. */
    static double slope(double[] s, double[] value) {
        double meanS = mean(s);
        double mean = mean(value);
        double above = 0;
        double below = 0;
        for (int i = 0; i < s.length; i++) {
            above += (s[i] - meanS) * (value[i] - mean);
            below += (s[i] - meanS) * (s[i] - meanS);
        }
        return below == 0 ? 0 : above / below * HOUR_S;
    }

    private static double mean(double[] of) {
        double sum = 0;
        for (double each : of) {
            sum += each;
        }
        return of.length == 0 ? 0 : sum / of.length;
    }

    private static double rounded(double value) {
        return Math.round(value * 100) / 100.0;
    }
}

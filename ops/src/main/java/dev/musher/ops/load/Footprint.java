package dev.musher.ops.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
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
        double rss = 0;
        double threads = 0;
        for (String line : Files.readAllLines(proc.resolve("status"), StandardCharsets.UTF_8)) {
            if (line.startsWith("VmRSS:")) {
                rss = Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024;
            } else if (line.startsWith("Threads:")) {
                threads = Double.parseDouble(line.replaceAll("[^0-9]", ""));
            }
        }
        try (Stream<Path> open = Files.list(proc.resolve("fd"))) {
            samples.add(new Sample(s, rss, open.count(), threads));
        }
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
        double meanS = mean(s);
        double mean = mean(value);
        double above = 0;
        double below = 0;
        for (int i = 0; i < s.length; i++) {
            above += (s[i] - meanS) * (value[i] - mean);
            below += (s[i] - meanS) * (s[i] - meanS);
        }
        return below == 0 || mean == 0 ? 0 : rounded(100 * above / below * HOUR_S / mean);
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

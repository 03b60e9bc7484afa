package dev.musher.ops.bench;

import java.util.Locale;
import org.HdrHistogram.Histogram;

/** Times of many equal things, in nanoseconds. Thread safe. */
final class Percentiles {

    private final Histogram histogram =
            new org.HdrHistogram.ConcurrentHistogram(60_000_000_000L, 3);

    void add(long nanos) {
        histogram.recordValue(Math.min(60_000_000_000L, Math.max(1, nanos)));
    }

    double ms(double percentile) {
        return histogram.getValueAtPercentile(percentile) / 1e6;
    }

    /** For example {@code p50 0.21 ms, p99 1.30 ms}. */
    String text() {
        return String.format(Locale.ROOT, "p50 %.2f ms, p99 %.2f ms", ms(50), ms(99));
    }
}

package dev.musher.ops.load;

import dev.musher.ops.cli.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a run of crashes came to. Filled by {@link CrashLoop} on one thread, then only read. */
final class CrashReport {

    private static final int BREACHES_MAX = 50;

    private final List<Double> reopenMs = new ArrayList<>();
    private final List<String> breaches = new ArrayList<>();
    private int breachCount;
    int cycles;
    int homes;
    long acknowledged;
    long unknown;
    long unknownThere;
    long changes;
    long chains;
    int secondsRefused;
    int rebuilt;
    long temporaryFiles;
    double secondMsMax;
    double cycleSecondsMax;
    double seconds;

    /** Whether all held. */
    boolean holds() {
        return breachCount == 0;
    }

    /** What did not hold, the first {@value #BREACHES_MAX} of it. */
    List<String> breaches() {
        return List.copyOf(breaches);
    }

    void breach(String text) {
        breachCount++;
        if (breaches.size() < BREACHES_MAX) {
            breaches.add(text);
        }
    }

    void reopened(double ms) {
        reopenMs.add(ms);
    }

    /** A percentile of the times from a start to its ready line, in ms. */
    double reopenMs(double percentile) {
        List<Double> sorted = new ArrayList<>(reopenMs);
        Collections.sort(sorted);
        int at = (int) Math.ceil(percentile / 100 * sorted.size()) - 1;
        return sorted.isEmpty() ? 0 : rounded(sorted.get(Math.max(0, at)));
    }

    /** As one object. */
    Json json() {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("cycles", cycles);
        out.put("homes", homes);
        out.put("acknowledged", acknowledged);
        out.put("unknown", unknown);
        out.put("unknownThere", unknownThere);
        out.put("changes", changes);
        out.put("chains", chains);
        out.put("reopenMs", Map.of("p50", reopenMs(50), "p99", reopenMs(99), "max", reopenMs(100)));
        out.put("secondsRefused", secondsRefused);
        out.put("secondMsMax", rounded(secondMsMax));
        out.put("rebuiltEqual", rebuilt);
        out.put("temporaryFiles", temporaryFiles);
        out.put("cycleSecondsMax", rounded(cycleSecondsMax));
        out.put("seconds", rounded(seconds));
        out.put("breaches", breachCount);
        if (!breaches.isEmpty()) {
            out.put("first", breaches());
        }
        return Json.of(out);
    }

    /** For people. */
    List<String> lines() {
        return List.of(
                cycles
                        + " kills of "
                        + homes
                        + " homes: "
                        + acknowledged
                        + " acknowledged writes, "
                        + unknown
                        + " without an answer (of which "
                        + unknownThere
                        + " were there)",
                "restart to ready, the JVM's start included: p50 "
                        + reopenMs(50)
                        + " ms, p99 "
                        + reopenMs(99)
                        + " ms, longest "
                        + reopenMs(100)
                        + " ms",
                changes
                        + " changes in "
                        + chains
                        + " chains; "
                        + rebuilt
                        + " homes rebuilt to the same digest; "
                        + temporaryFiles
                        + " temporary files; "
                        + secondsRefused
                        + " second processes refused, the slowest after "
                        + rounded(secondMsMax)
                        + " ms",
                holds() ? "nothing lost, nothing twice" : breachCount + " breaches");
    }

    private static double rounded(double value) {
        return Math.round(value * 10) / 10.0;
    }
}

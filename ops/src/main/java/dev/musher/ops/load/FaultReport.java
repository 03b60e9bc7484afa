package dev.musher.ops.load;

import dev.musher.ops.cli.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a run of faults came to: how often what became of them, the figures of the row, and every
 * breach. Filled on one thread, then only read.
 */
final class FaultReport {

    private static final int BREACHES_MAX = 50;

    private final String name;
    private final Map<String, Integer> fates = new TreeMap<>();
    private final Map<String, Double> figures = new LinkedHashMap<>();
    private final List<String> breaches = new ArrayList<>();
    private int breachCount;
    private int runs;
    private double seconds;

    FaultReport(String name) {
        this.name = name;
    }

    /** One run ended so. */
    void fate(String fate) {
        runs++;
        fates.merge(fate, 1, Integer::sum);
    }

    /** How many runs ended so. */
    int count(String fate) {
        return fates.getOrDefault(fate, 0);
    }

    /** What must not be. */
    void breach(String text) {
        breachCount++;
        if (breaches.size() < BREACHES_MAX) {
            breaches.add(text);
        }
    }

    /** A figure of which the largest counts. */
    void most(String figure, double value) {
        figures.merge(figure, value, Math::max);
    }

    /** A figure that is summed up. */
    void sum(String figure, double value) {
        figures.merge(figure, value, Double::sum);
    }

    /** A figure; 0 where it is not there. */
    double figure(String figure) {
        return figures.getOrDefault(figure, 0.0);
    }

    void took(long beganNs) {
        seconds = (System.nanoTime() - beganNs) / 1e9;
    }

    /** Whether all held. */
    boolean holds() {
        return breachCount == 0;
    }

    /** Runs that came to an end. */
    int runs() {
        return runs;
    }

    /** The first of what did not hold. */
    List<String> breaches() {
        return List.copyOf(breaches);
    }

    /** As one object. */
    Json json() {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("harness", name);
        out.put("runs", runs);
        out.put("fates", new TreeMap<>(fates));
        Map<String, Object> rounded = new LinkedHashMap<>();
        figures.forEach((figure, value) -> rounded.put(figure, Math.round(value * 100) / 100.0));
        out.put("figures", rounded);
        out.put("breaches", breachCount);
        out.put("seconds", Math.round(seconds * 10) / 10.0);
        if (!breaches.isEmpty()) {
            out.put("first", breaches());
        }
        return Json.of(out);
    }

    /** For people. */
    List<String> lines() {
        List<String> out = new ArrayList<>();
        out.add(String.format(Locale.ROOT, "%s: %d runs in %.0f s", name, runs, seconds));
        fates.forEach((fate, count) -> out.add("  " + count + " " + fate));
        figures.forEach((figure, value) ->
                out.add(String.format(Locale.ROOT, "  %s: %.2f", figure, value)));
        out.add(holds() ? "no breach" : breachCount + " breaches");
        return out;
    }
}

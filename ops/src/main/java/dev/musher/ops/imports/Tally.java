package dev.musher.ops.imports;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What could not be kept, counted by reason, with the first few named. Not thread safe.
 *
 * <p>Reasons are fixed words such as {@code unknown_link}; examples say which one it was.
 */
public final class Tally {

    private static final int EXAMPLES = 5;

    private final SortedMap<String, Integer> counts = new TreeMap<>();
    private final SortedMap<String, List<String>> examples = new TreeMap<>();

    /** Counts one; {@code which} names it, for example {@code "issues.jsonl line 12"}. */
    public void add(String reason, String which) {
        counts.merge(reason, 1, Integer::sum);
        List<String> named = examples.computeIfAbsent(reason, r -> new ArrayList<>());
        if (named.size() < EXAMPLES) {
            named.add(which);
        }
    }

    /** Reason to count, sorted by reason. */
    public SortedMap<String, Integer> counts() {
        return Collections.unmodifiableSortedMap(counts);
    }

    /** One line a reason: the count and the first that it happened to. */
    public List<String> lines() {
        List<String> out = new ArrayList<>();
        for (Map.Entry<String, Integer> e : counts.entrySet()) {
            List<String> named = examples.getOrDefault(e.getKey(), List.of());
            String more = e.getValue() > named.size() ? ", ..." : "";
            out.add(e.getValue() + " " + e.getKey() + ": " + String.join(", ", named) + more);
        }
        return out;
    }
}

package dev.musher.ops.demo;

import dev.musher.ops.cli.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * What the demonstration came to.
 *
 * @param eventChanges events that became a change
 * @param skipped events that became none, by reason
 * @param conflicts values beside a shown one, on all items
 * @param healBytes bytes on the sockets of the node that was away, both ways, until all agreed
 *     again
 * @param healRoundTrips most round trips of an exchange of heads on one of its links
 * @param complaints sentences; empty when all holds
 */
record Result(
        int nodes,
        long items,
        long changes,
        int eventChanges,
        SortedMap<String, Integer> skipped,
        SortedMap<String, String> digests,
        boolean equal,
        long conflicts,
        long voids,
        long healBytes,
        double healRoundTrips,
        double seconds,
        List<String> complaints) {

    Result {
        complaints = List.copyOf(complaints);
    }

    /** As one object. */
    Json json() {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("nodes", nodes);
        out.put("items", items);
        out.put("changes", changes);
        out.put("eventChanges", eventChanges);
        out.put("skipped", skipped);
        out.put("digests", digests);
        out.put("equal", equal);
        out.put("conflicts", conflicts);
        out.put("void", voids);
        out.put("healBytes", healBytes);
        out.put("healRoundTrips", healRoundTrips);
        out.put("seconds", seconds);
        if (!complaints.isEmpty()) {
            out.put("complaints", complaints);
        }
        return Json.of(out);
    }
}

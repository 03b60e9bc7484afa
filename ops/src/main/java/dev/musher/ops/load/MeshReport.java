package dev.musher.ops.load;

import dev.musher.ops.cli.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a soak of a mesh found. Filled by one thread. */
final class MeshReport {

    private static final int BREACHES_MAX = 10;

    final Map<String, Integer> faults = new TreeMap<>();

    /** Writes that were refused, by code: an item of the other side of a cut is unknown. */
    final Map<String, Integer> refused = new TreeMap<>();

    int kills;
    long acknowledged;
    long unknown;
    long changes;
    long lost;
    double dialsMax;
    double alarms;
    double seconds;
    Map<String, Object> footprint = Map.of();

    private final List<String> breaches = new ArrayList<>();
    private int breachCount;
    private double agreeMax;
    private int agreements;

    void breach(String text) {
        breachCount++;
        if (breaches.size() < BREACHES_MAX) {
            breaches.add(text);
        }
    }

    void agreed(double s) {
        agreements++;
        agreeMax = Math.max(agreeMax, s);
    }

    /** Whether all held. */
    boolean holds() {
        return breachCount == 0;
    }

    /** What did not hold, the first {@value #BREACHES_MAX} of it. */
    List<String> breaches() {
        return List.copyOf(breaches);
    }

    /** For people. */
    List<String> lines() {
        return List.of(
                "%.0f s, faults %s, %d kills".formatted(seconds, faults, kills),
                "%d changes acknowledged, %d lost; %d without an answer, refused %s, %d in all"
                        .formatted(acknowledged, lost, unknown, refused, changes),
                "agreed %d times, in %.1f s at the most; at most %.2f dials a s and peer"
                        .formatted(agreements, agreeMax, dialsMax),
                "the node that is never killed: " + footprint);
    }

    /** As one object. */
    Json json() {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("seconds", rounded(seconds));
        out.put("faults", faults);
        out.put("kills", kills);
        out.put("acknowledged", acknowledged);
        out.put("lost", lost);
        out.put("unknown", unknown);
        out.put("refused", refused);
        out.put("changes", changes);
        out.put("agreements", agreements);
        out.put("agreeSecondsMax", rounded(agreeMax));
        out.put("dialsASecondAndPeerMax", rounded(dialsMax));
        out.put("alarms", alarms);
        out.put("footprint", footprint);
        out.put("breaches", breachCount);
        if (!breaches.isEmpty()) {
            out.put("first", breaches());
        }
        return Json.of(out);
    }

    private static double rounded(double value) {
        return Math.round(value * 100) / 100.0;
    }
}

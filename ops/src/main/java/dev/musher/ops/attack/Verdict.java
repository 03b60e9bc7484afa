package dev.musher.ops.attack;

import dev.musher.ops.cli.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an attack came to.
 *
 * @param done what was sent, for people
 * @param bounds what was measured
 */
record Verdict(Attack attack, String done, List<Bound> bounds) {

    /** Copies the list. */
    Verdict {
        bounds = List.copyOf(bounds);
    }

    boolean holds() {
        return bounds.stream().allMatch(Bound::held);
    }

    String text() {
        return attack.words()
                + " ["
                + attack.row()
                + "] "
                + done
                + ": "
                + String.join("; ", bounds.stream().map(Bound::text).toList());
    }

    Json json() {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("attack", attack.words());
        out.put("row", attack.row());
        out.put("done", done);
        out.put("holds", holds());
        Map<String, Object> figures = new LinkedHashMap<>();
        for (Bound bound : bounds) {
            figures.put(
                    bound.what(),
                    Map.of(
                            "measured",
                            Math.round(bound.measured() * 10) / 10.0,
                            "most",
                            bound.most()));
        }
        out.put("bounds", figures);
        return Json.of(out);
    }
}

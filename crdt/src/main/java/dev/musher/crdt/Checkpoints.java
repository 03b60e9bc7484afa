package dev.musher.crdt;

import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Place;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The checkpoints among the admitted changes, counted or void, and which changes each vouches for.
 * One thread.
 */
final class Checkpoints {

    private final List<Place> all = new ArrayList<>();
    private final Map<ChangeId, List<Place>> byChange = new HashMap<>();

    void add(Place place, Op.Checkpoint op) {
        all.add(place);
        for (Op.Vouched each : op.outlines()) {
            byChange.computeIfAbsent(each.change(), k -> new ArrayList<>(1)).add(place);
        }
    }

    /** All in the order in which they came. */
    List<Place> all() {
        return Collections.unmodifiableList(all);
    }

    /** Those that vouch for the outline of a change. */
    List<Place> of(ChangeId change) {
        return Collections.unmodifiableList(byChange.getOrDefault(change, List.of()));
    }
}

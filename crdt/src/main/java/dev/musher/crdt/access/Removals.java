package dev.musher.crdt.access;

import dev.musher.crdt.change.Chain;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The cuts of one device and the settlements of its epochs that count, found by chain: a key may
 * settle any number of epochs of its own, and no verdict should walk them all. Filled by {@link
 * Resolution}, then not written any more.
 */
final class Removals {

    static final Removals NONE = new Removals();

    private final List<Removal> all = new ArrayList<>();
    private final List<Removal> cuts = new ArrayList<>();
    private final Map<Chain, List<Removal>> settlements = new HashMap<>();

    void add(Removal removal) {
        all.add(removal);
        Chain settled = removal.settled();
        if (settled == null) {
            cuts.add(removal);
        } else {
            settlements.computeIfAbsent(settled, k -> new ArrayList<>(1)).add(removal);
        }
    }

    List<Removal> all() {
        return Collections.unmodifiableList(all);
    }

    List<Removal> cuts() {
        return cuts;
    }

    List<Removal> settlements(Chain chain) {
        return settlements.isEmpty() ? List.of() : settlements.getOrDefault(chain, List.of());
    }
}

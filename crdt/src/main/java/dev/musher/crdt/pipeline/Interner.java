package dev.musher.crdt.pipeline;

import java.util.HashMap;
import java.util.Map;

/**
 * Keeps one of each of the few values that a hundred thousand items repeat: devices, actors, types,
 * labels, priorities. Bounded: once full it only knows what it has. Confined to one thread; given
 * to whoever reads many rows, and dropped afterwards.
 */
public final class Interner {

    private static final int ENTRIES_MAX = 50_000;

    private final Map<Object, Object> known = new HashMap<>();

    /** The first value equal to this one that came here. */
    @SuppressWarnings("unchecked") // equal values of one final class
    <T> T one(T value) {
        Object before =
                known.size() < ENTRIES_MAX ? known.putIfAbsent(value, value) : known.get(value);
        return before == null || before.getClass() != value.getClass() ? value : (T) before;
    }
}

package dev.musher.node.replica;

import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.pipeline.Item;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Former states of items, so that a caller who edits what it saw a while ago names the writes it
 * saw: its edit then stands beside the newer one as a conflict, and overwrites nothing unseen.
 * Bounded: a state older than that is refused as stale.
 *
 * <p>Costs one entry a change, as items are immutable anyway; the version is computed only when
 * somebody asks. Core thread only.
 */
final class SeenMemory {

    /** Items of which former states are kept. */
    private static final int ITEMS = 4_096;

    /** Former states of one item. */
    private static final int STATES = 8;

    private final Map<ItemKey, Deque<Item>> former =
            new LinkedHashMap<>(ITEMS * 2, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<ItemKey, Deque<Item>> eldest) {
                    return size() > ITEMS;
                }
            };

    /** A state was replaced by a newer one. */
    void replaced(Item old) {
        Deque<Item> states = former.computeIfAbsent(old.key(), k -> new ArrayDeque<>(2));
        if (states.size() == STATES) {
            states.removeLast();
        }
        states.addFirst(old);
    }

    /** The item as it was at a version, or null if that is not known any more. */
    @Nullable Item at(Item present, String version) {
        if (present.version().equals(version)) {
            return present;
        }
        for (Item old : former.getOrDefault(present.key(), new ArrayDeque<>())) {
            if (old.version().equals(version)) {
                return old;
            }
        }
        return null;
    }
}

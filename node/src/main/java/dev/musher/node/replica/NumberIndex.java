package dev.musher.node.replica;

import dev.musher.crdt.change.ItemKey;
import java.util.ArrayList;
import java.util.List;

/**
 * Immutable map from an item's number to the keys that bear it; shares structure like {@link
 * KeyMap}.
 */
public final class NumberIndex {

    private static final NumberIndex EMPTY = new NumberIndex(KeyMap.empty());

    private final KeyMap<List<ItemKey>> keys;

    private NumberIndex(KeyMap<List<ItemKey>> keys) {
        this.keys = keys;
    }

    /** The index without entries. */
    public static NumberIndex empty() {
        return EMPTY;
    }

    /** Keys of the items with this number, in their order; empty if there is none. */
    public List<ItemKey> get(long number) {
        List<ItemKey> found = keys.get(slot(number));
        return found == null ? List.of() : found;
    }

    /** The index with this key under this number. */
    public NumberIndex with(long number, ItemKey key) {
        List<ItemKey> now = get(number);
        if (now.contains(key)) {
            return this;
        }
        List<ItemKey> more = new ArrayList<>(now);
        more.add(key);
        more.sort(null);
        return new NumberIndex(keys.with(slot(number), List.copyOf(more)));
    }

    /** The index without this key under this number. */
    public NumberIndex without(long number, ItemKey key) {
        List<ItemKey> less = new ArrayList<>(get(number));
        if (!less.remove(key)) {
            return this;
        }
        return new NumberIndex(
                less.isEmpty()
                        ? keys.without(slot(number))
                        : keys.with(slot(number), List.copyOf(less)));
    }

    /**
     * Low digits first, as numbers are dense at their low end and the trie reads from the high one.
     */
    private static ItemKey slot(long number) {
        return new ItemKey(Long.reverse(number), 0);
    }
}

package dev.musher.crdt.pipeline;

import dev.musher.crdt.change.ItemKey;
import java.util.HashSet;
import java.util.Set;

/**
 * The numbers that items ever had. An item that was deleted, or whose creation does not count,
 * keeps its number used. Confined to one thread.
 */
public final class Numbers {

    private final Set<ItemKey> items = new HashSet<>();
    private final Set<Long> used = new HashSet<>();

    /** An item has this number; 0 for none yet. Saying it again changes nothing. */
    public void use(ItemKey key, long number) {
        items.add(key);
        if (number > 0) {
            used.add(number);
        }
    }

    /** The first number never used, from the count of items ever seen upward. */
    public long next() {
        long next = Math.max(1, items.size());
        while (used.contains(next)) {
            next++;
        }
        return next;
    }
}

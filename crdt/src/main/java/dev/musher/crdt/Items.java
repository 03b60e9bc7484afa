package dev.musher.crdt;

import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.pipeline.Item;
import dev.musher.crdt.pipeline.Numbers;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The items that are there, the numbers they use, and the trie over their rows. */
final class Items {

    private final SortedMap<ItemKey, Item> items = new TreeMap<>();
    private final Numbers numbers = new Numbers();
    private final StateTrie trie = new StateTrie();

    /** Items whose row the trie does not show yet: hashed when it is asked for, each once. */
    private final Set<ItemKey> dirty = new LinkedHashSet<>();

    @Nullable Item get(ItemKey key) {
        return items.get(key);
    }

    Collection<Item> all() {
        return Collections.unmodifiableCollection(items.values());
    }

    long nextNumber() {
        return numbers.next();
    }

    /** An item was made, whether or not its creation counts. */
    void born(ItemKey key, long number) {
        numbers.use(key, number);
    }

    void put(ItemKey key, @Nullable Item item) {
        dirty.add(key);
        if (item != null) {
            items.put(key, item);
            numbers.use(key, item.number());
        } else {
            items.remove(key);
        }
    }

    /**
     * What the store holds of an item.
     *
     * @param hashed whether the trie is asked for soon: then it takes the row that is made here,
     *     and makes none of its own
     */
    byte[] stored(Item item, boolean hashed) {
        byte[] stored = item.stored();
        if (hashed && items.get(item.key()) == item && dirty.remove(item.key())) {
            trie.put(item.key(), item.hash(stored));
        }
        return stored;
    }

    StateTrie trie() {
        for (ItemKey key : dirty) {
            Item item = items.get(key);
            if (item == null) {
                trie.remove(key);
            } else {
                trie.put(key, item.hash());
            }
        }
        dirty.clear();
        return trie;
    }
}

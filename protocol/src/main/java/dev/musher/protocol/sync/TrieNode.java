package dev.musher.protocol.sync;

import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.ItemKey;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A node of the state trie, as two nodes show it to each other.
 *
 * @param item the item whose row hangs here, in a leaf; null in a branch
 * @param children nibble 0..15 to the child's hash, in a branch; empty in a leaf
 */
public record TrieNode(@Nullable ItemKey item, SortedMap<Integer, ChangeId> children) {
    /** Copies the map. */
    public TrieNode {
        children = Collections.unmodifiableSortedMap(new TreeMap<>(children));
    }

    /** A leaf. */
    public static TrieNode leaf(ItemKey item) {
        return new TrieNode(item, new TreeMap<>());
    }

    /** A branch. */
    public static TrieNode branch(Map<Integer, ChangeId> children) {
        return new TrieNode(null, new TreeMap<>(children));
    }
}

package dev.musher.node.replica;

import dev.musher.crdt.change.ItemKey;
import java.util.Arrays;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * An immutable map from item keys, ordered by key: each change gives a new map that shares all but
 * one path with the old one. So a reader holds one consistent state for as long as it likes,
 * without a lock, and the writer pays for the depth (four to six nodes), not the size.
 *
 * <p>A 16-ary trie over the nibbles of the key, leaf as high as it is alone (Bagwell, Ideal Hash
 * Trees, 2001, without the bitmap: keys are hashes already, so nodes are well filled).
 */
public final class KeyMap<V> {

    private static final int WIDTH = 16;
    private static final KeyMap<?> EMPTY = new KeyMap<>(null, 0);

    private final @Nullable Object root;
    private final int size;

    private KeyMap(@Nullable Object root, int size) {
        this.root = root;
        this.size = size;
    }

    /** The map without entries. */
    @SuppressWarnings("unchecked") // holds no value
    public static <V> KeyMap<V> empty() {
        return (KeyMap<V>) EMPTY;
    }

    /** Number of entries. */
    public int size() {
        return size;
    }

    /** The value of a key, or null. */
    public @Nullable V get(ItemKey key) {
        Object at = root;
        for (int depth = 0; at instanceof Object[] node; depth++) {
            at = node[nibble(key, depth)];
        }
        if (at == null) {
            return null;
        }
        Leaf<V> leaf = leaf(at);
        return leaf.key.equals(key) ? leaf.value : null;
    }

    /** The map with this entry; replaces the key's present one. */
    public KeyMap<V> with(ItemKey key, V value) {
        boolean fresh = get(key) == null;
        return new KeyMap<>(put(root, new Leaf<>(key, value), 0), size + (fresh ? 1 : 0));
    }

    /** The map without this key. */
    public KeyMap<V> without(ItemKey key) {
        return get(key) == null ? this : new KeyMap<>(remove(root, key, 0), size - 1);
    }

    /** Shows all entries in the order of the keys. */
    public void forEach(BiConsumer<ItemKey, V> visitor) {
        walk(root, visitor);
    }

    /** Shows the entries whose base32 text begins with {@code prefix}, in the order of the keys. */
    public void forPrefix(String prefix, BiConsumer<ItemKey, V> visitor) {
        ItemKey low = KeyPrefix.low(prefix);
        if (low != null) {
            walkPrefix(root, low, prefix.length() * 5 / 4, 0, prefix, visitor);
        }
    }

    private record Leaf<V>(ItemKey key, V value) {}

    @SuppressWarnings("unchecked") // a node is an Object[] or a Leaf of this map's values
    private static <V> Leaf<V> leaf(Object at) {
        return (Leaf<V>) at;
    }

    private static <V> Object put(@Nullable Object at, Leaf<V> leaf, int depth) {
        if (at == null) {
            return leaf;
        }
        if (at instanceof Object[] node) {
            Object[] copy = node.clone();
            int slot = nibble(leaf.key, depth);
            copy[slot] = put(node[slot], leaf, depth + 1);
            return copy;
        }
        Leaf<V> other = leaf(at);
        if (other.key.equals(leaf.key)) {
            return leaf;
        }
        Object[] node = new Object[WIDTH];
        node[nibble(other.key, depth)] = other;
        int slot = nibble(leaf.key, depth);
        node[slot] = put(node[slot], leaf, depth + 1);
        return node;
    }

    private static @Nullable Object remove(@Nullable Object at, ItemKey key, int depth) {
        if (!(at instanceof Object[])) {
            return null;
        }
        // Not a pattern: NullAway 0.14.3 dies on a pattern variable with an annotated element type.
        @Nullable Object[] node = (Object[]) at;
        @Nullable Object[] copy = node.clone();
        int slot = nibble(key, depth);
        copy[slot] = remove(node[slot], key, depth + 1);
        Object only = null;
        for (Object child : copy) {
            if (child != null) {
                if (only != null || child instanceof Object[]) {
                    return copy;
                }
                only = child;
            }
        }
        return only;
    }

    private static <V> void walk(@Nullable Object at, BiConsumer<ItemKey, V> visitor) {
        if (at instanceof Object[] node) {
            Arrays.stream(node).forEach(child -> KeyMap.<V>walk(child, visitor));
        } else if (at != null) {
            Leaf<V> leaf = leaf(at);
            visitor.accept(leaf.key, leaf.value);
        }
    }

    private static <V> void walkPrefix(
            @Nullable Object at,
            ItemKey low,
            int nibbles,
            int depth,
            String prefix,
            BiConsumer<ItemKey, V> visitor) {
        if (at instanceof Object[] node) {
            if (depth < nibbles) {
                walkPrefix(node[nibble(low, depth)], low, nibbles, depth + 1, prefix, visitor);
                return;
            }
            for (Object child : node) {
                walkPrefix(child, low, nibbles, depth + 1, prefix, visitor);
            }
        } else if (at != null) {
            Leaf<V> leaf = leaf(at);
            if (leaf.key.text().startsWith(prefix)) {
                visitor.accept(leaf.key, leaf.value);
            }
        }
    }

    private static int nibble(ItemKey key, int depth) {
        return depth < WIDTH
                ? (int) (key.high() >>> (60 - 4 * depth)) & 15
                : (int) (key.low() >>> (60 - 4 * (depth - WIDTH))) & 15;
    }
}

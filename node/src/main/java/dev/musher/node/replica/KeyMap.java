package dev.musher.node.replica;

import dev.musher.crdt.change.ItemKey;
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

    private final @Nullable Tree<V> root;
    private final int size;

    /** A leaf or a fork; both are immutable once they are in a map. */
    private sealed interface Tree<V> {}

    private record Leaf<V>(ItemKey key, V value) implements Tree<V> {}

    private static final class Fork<V> implements Tree<V> {
        final @Nullable Tree<V>[] children;

        @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type, filled here only
        Fork() {
            children = new Tree[WIDTH];
        }

        /** The same with another child. */
        Fork<V> with(int slot, @Nullable Tree<V> child) {
            Fork<V> copy = new Fork<>();
            System.arraycopy(children, 0, copy.children, 0, WIDTH);
            copy.children[slot] = child;
            return copy;
        }

        /** Its one leaf where it has nothing else: a leaf stands as high as it is alone. */
        @Nullable Tree<V> only() {
            Tree<V> found = null;
            for (Tree<V> child : children) {
                if (child != null) {
                    if (found != null || child instanceof Fork<V>) {
                        return null;
                    }
                    found = child;
                }
            }
            return found;
        }
    }

    private KeyMap(@Nullable Tree<V> root, int size) {
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
        Tree<V> at = root;
        for (int depth = 0; at instanceof Fork<V> fork; depth++) {
            at = fork.children[nibble(key, depth)];
        }
        return at instanceof Leaf<V> leaf && leaf.key.equals(key) ? leaf.value : null;
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
        Tree<V> at = root;
        // Five bits a letter: so many whole nibbles are the same in all keys that are meant.
        int same = prefix.length() * 5 / 4;
        for (int depth = 0; low != null && depth < same && at instanceof Fork<V> fork; depth++) {
            at = fork.children[nibble(low, depth)];
        }
        if (low != null) {
            walk(
                    at,
                    (key, value) -> {
                        if (key.text().startsWith(prefix)) {
                            visitor.accept(key, value);
                        }
                    });
        }
    }

    private static <V> Tree<V> put(@Nullable Tree<V> at, Leaf<V> leaf, int depth) {
        return switch (at) {
            case null -> leaf;
            case Leaf<V> other when other.key.equals(leaf.key) -> leaf;
            case Leaf<V> other -> {
                Fork<V> fork = new Fork<V>().with(nibble(other.key, depth), other);
                yield put(fork, leaf, depth);
            }
            case Fork<V> fork -> {
                int slot = nibble(leaf.key, depth);
                yield fork.with(slot, put(fork.children[slot], leaf, depth + 1));
            }
        };
    }

    /** Without a key that is there. */
    private static <V> @Nullable Tree<V> remove(@Nullable Tree<V> at, ItemKey key, int depth) {
        if (!(at instanceof Fork<V> fork)) {
            return null;
        }
        int slot = nibble(key, depth);
        Fork<V> left = fork.with(slot, remove(fork.children[slot], key, depth + 1));
        Tree<V> only = left.only();
        return only == null ? left : only;
    }

    private static <V> void walk(@Nullable Tree<V> at, BiConsumer<ItemKey, V> visitor) {
        switch (at) {
            case null -> {}
            case Leaf<V> leaf -> visitor.accept(leaf.key, leaf.value);
            case Fork<V> fork -> {
                for (Tree<V> child : fork.children) {
                    walk(child, visitor);
                }
            }
        }
    }

    private static int nibble(ItemKey key, int depth) {
        return depth < WIDTH
                ? (int) (key.high() >>> (60 - 4 * depth)) & 15
                : (int) (key.low() >>> (60 - 4 * (depth - WIDTH))) & 15;
    }
}

package dev.musher.crdt;

import dev.musher.crdt.change.Bytes32;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Sha256;
import java.security.DigestException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A 16-ary Merkle trie (Merkle 1987; the shape is that of a hash trie) over item key and hash of
 * the item's row. Equal contents give an equal {@link #root}, whatever came and went before; at
 * unequal roots two nodes walk down by {@link #node} and find each item that differs in at most 32
 * steps.
 *
 * <p>A key hangs at its shortest prefix that no other key has, so the shape is a function of the
 * keys, and the hash of a leaf does not depend on its depth. A change only marks its path; hashes
 * are made once, when asked for. A sum or XOR of row hashes would be cheaper and forgeable: members
 * choose the inputs.
 *
 * <p>Hashes: leaf = SHA-256(0, key, row hash); inner = SHA-256(1, 16 bits of which children are
 * there, their hashes); nothing = SHA-256(2). A path is hexadecimal digits of the key. Confined to
 * one thread.
 */
public final class StateTrie {

    private static final int WIDTH = 16;
    private static final ChangeId NOTHING = ChangeId.of(Sha256.of(new byte[] {2}));

    private final MessageDigest sha = Sha256.digest();
    private final byte[] buffer = new byte[3 + WIDTH * Bytes32.LENGTH];
    private final byte[] hash = new byte[Bytes32.LENGTH];
    private @Nullable Tree tree;

    /** What stands at a path. */
    public sealed interface Node {}

    /** No key begins with the path. */
    public record Empty() implements Node {}

    /** One key does. */
    public record Leaf(ItemKey key, ChangeId hash) implements Node {}

    /**
     * Several do.
     *
     * @param children 16 hashes, null where no key goes on with that digit
     */
    public record Inner(List<@Nullable ChangeId> children) implements Node {}

    private sealed interface Tree {}

    private record Hanging(ItemKey key, ChangeId hash) implements Tree {}

    private static final class Fork implements Tree {
        final @Nullable Tree[] children = new Tree[WIDTH];
        int keys;
        @Nullable ChangeId hash;
    }

    /** Sets the row hash of a key. */
    public void put(ItemKey key, ChangeId rowHash) {
        buffer[0] = 0;
        System.arraycopy(key.bytes(), 0, buffer, 1, ItemKey.LENGTH);
        rowHash.put(buffer, 1 + ItemKey.LENGTH);
        tree = put(tree, new Hanging(key, sha(1 + ItemKey.LENGTH + Bytes32.LENGTH)), 0);
    }

    /** Takes a key out; as if it had never been in. */
    public void remove(ItemKey key) {
        tree = remove(tree, key, 0);
    }

    /** Keys in it. */
    public int size() {
        return size(tree);
    }

    /** The hash of everything; makes the hashes of all paths that changed since. */
    public ChangeId root() {
        return hash(tree);
    }

    /**
     * What stands at a path.
     *
     * @param path 0 to 32 digits 0-9a-f; {@link IllegalArgumentException} otherwise
     */
    public Node node(String path) {
        return switch (find(path)) {
            case null -> new Empty();
            case Hanging h -> new Leaf(h.key(), h.hash());
            case Fork f -> {
                List<@Nullable ChangeId> out = new ArrayList<>(WIDTH);
                for (Tree child : f.children) {
                    out.add(child == null ? null : hash(child));
                }
                yield new Inner(Collections.unmodifiableList(out));
            }
        };
    }

    /** The hash of all keys that begin with a path: equal hashes need no further walk. */
    public ChangeId hash(String path) {
        return hash(find(path));
    }

    /** The first {@code max} keys that begin with a path, ascending. */
    public List<ItemKey> keys(String path, int max) {
        List<ItemKey> out = new ArrayList<>();
        collect(find(path), max, out);
        return out;
    }

    private Tree put(@Nullable Tree at, Hanging leaf, int depth) {
        return switch (at) {
            case null -> leaf;
            case Hanging h when h.key().equals(leaf.key()) -> leaf;
            case Hanging h -> {
                Fork fork = new Fork();
                put(fork, h, depth);
                yield put(fork, leaf, depth);
            }
            case Fork f -> {
                int digit = digit(leaf.key(), depth);
                Tree child = f.children[digit];
                if (!leaf.equals(child)) {
                    f.keys -= size(child);
                    child = put(child, leaf, depth + 1);
                    f.keys += size(child);
                    f.children[digit] = child;
                    f.hash = null;
                }
                yield f;
            }
        };
    }

    private @Nullable Tree remove(@Nullable Tree at, ItemKey key, int depth) {
        return switch (at) {
            case null -> null;
            case Hanging h -> h.key().equals(key) ? null : h;
            case Fork f -> {
                int digit = digit(key, depth);
                int before = size(f.children[digit]);
                f.children[digit] = remove(f.children[digit], key, depth + 1);
                int gone = before - size(f.children[digit]);
                if (gone == 0) {
                    yield f;
                }
                f.keys -= gone;
                f.hash = null;
                yield f.keys == 1 ? last(f) : f;
            }
        };
    }

    /** The one key left in a fork: it moves up, to its shortest prefix of its own. */
    private static @Nullable Tree last(Fork f) {
        for (Tree child : f.children) {
            if (child != null) {
                return child;
            }
        }
        return null;
    }

    private static int size(@Nullable Tree at) {
        return switch (at) {
            case null -> 0;
            case Hanging h -> 1;
            case Fork f -> f.keys;
        };
    }

    private @Nullable Tree find(String path) {
        Tree at = tree;
        for (int depth = 0; depth < path.length(); depth++) {
            int digit = Character.digit(path.charAt(depth), WIDTH);
            if (digit < 0 || path.length() > 2 * ItemKey.LENGTH) {
                throw new IllegalArgumentException("not a path: " + path);
            }
            if (at instanceof Fork f) {
                at = f.children[digit];
            } else if (at instanceof Hanging h && digit(h.key(), depth) != digit) {
                at = null;
            }
        }
        return at;
    }

    private static void collect(@Nullable Tree at, int max, List<ItemKey> out) {
        if (at instanceof Hanging h && out.size() < max) {
            out.add(h.key());
        } else if (at instanceof Fork f) {
            for (Tree child : f.children) {
                collect(child, max, out);
            }
        }
    }

    private ChangeId hash(@Nullable Tree at) {
        return switch (at) {
            case null -> NOTHING;
            case Hanging h -> h.hash();
            case Fork f -> {
                ChangeId known = f.hash;
                if (known == null) {
                    known = make(f);
                    f.hash = known;
                }
                yield known;
            }
        };
    }

    private ChangeId make(Fork f) {
        for (Tree child : f.children) {
            if (child instanceof Fork) {
                hash(child);
            }
        }
        int bits = 0;
        int length = 3;
        for (int i = 0; i < WIDTH; i++) {
            Tree child = f.children[i];
            if (child != null) {
                bits |= 1 << i;
                hash(child).put(buffer, length);
                length += Bytes32.LENGTH;
            }
        }
        buffer[0] = 1;
        buffer[1] = (byte) (bits >>> 8);
        buffer[2] = (byte) bits;
        return sha(length);
    }

    private ChangeId sha(int length) {
        sha.update(buffer, 0, length);
        try {
            sha.digest(hash, 0, hash.length);
        } catch (DigestException e) {
            throw new IllegalStateException("SHA-256 does not fit 32 bytes", e);
        }
        return ChangeId.at(hash, 0);
    }

    /** The digit of a key at a depth of 0..31. */
    private static int digit(ItemKey key, int depth) {
        long half = depth < WIDTH ? key.high() : key.low();
        return (int) (half >>> (60 - 4 * (depth % WIDTH))) & 15;
    }

    @Override
    public String toString() {
        return size() + " items, " + root().shortText();
    }
}

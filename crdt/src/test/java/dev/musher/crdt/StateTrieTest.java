package dev.musher.crdt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Sha256;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The trie's root is a function of its contents, and a walk finds what differs. */
class StateTrieTest {

    private static ChangeId hash(Random random) {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return ChangeId.of(bytes);
    }

    /** Keys that often share long prefixes, as an attacker would grind them. */
    private static ItemKey key(Random random) {
        int shift = random.nextInt(60);
        long high = random.nextInt(4) == 0 ? random.nextLong() : random.nextLong(8) << shift;
        return new ItemKey(high, random.nextInt(3) == 0 ? random.nextLong(4) : random.nextLong());
    }

    private static StateTrie of(Map<ItemKey, ChangeId> rows) {
        StateTrie out = new StateTrie();
        rows.forEach(out::put);
        return out;
    }

    @Test
    @Tag("M-06")
    void theRootIsThatOfTheContentsWhateverCameAndWent() {
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            StateTrie trie = new StateTrie();
            TreeMap<ItemKey, ChangeId> rows = new TreeMap<>();
            for (int i = random.nextInt(200); i >= 0; i--) {
                List<ItemKey> known = new ArrayList<>(rows.keySet());
                boolean again = !known.isEmpty() && random.nextBoolean();
                ItemKey key = again ? known.get(random.nextInt(known.size())) : key(random);
                if (random.nextInt(3) == 0) {
                    trie.remove(key);
                    rows.remove(key);
                } else {
                    ChangeId hash = hash(random);
                    trie.put(key, hash);
                    rows.put(key, hash);
                }
                if (random.nextInt(10) == 0) {
                    assertEquals(of(rows).root(), trie.root(), "seed " + seed);
                }
            }
            assertEquals(rows.size(), trie.size());
            List<ItemKey> order = new ArrayList<>(rows.keySet());
            Collections.shuffle(order, random);
            StateTrie other = new StateTrie();
            order.forEach(k -> other.put(k, rows.get(k)));
            assertEquals(other.root(), trie.root(), "seed " + seed);
            assertEquals(List.copyOf(rows.keySet()), trie.keys("", Integer.MAX_VALUE));
        }
    }

    @Test
    @Tag("M-06")
    void anyDifferenceShowsInTheRootAndAWalkNamesIt() {
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            TreeMap<ItemKey, ChangeId> rows = new TreeMap<>();
            for (int i = random.nextInt(60); i >= 0; i--) {
                rows.put(key(random), hash(random));
            }
            TreeMap<ItemKey, ChangeId> others = new TreeMap<>(rows);
            TreeSet<ItemKey> different = new TreeSet<>();
            List<ItemKey> keys = new ArrayList<>(rows.keySet());
            for (int i = random.nextInt(3); i >= 0; i--) {
                ItemKey key = keys.get(random.nextInt(keys.size()));
                switch (random.nextInt(3)) {
                    case 0 -> others.remove(key);
                    case 1 -> others.put(key, hash(random));
                    default -> {
                        key = key(random);
                        others.put(key, hash(random));
                    }
                }
                different.add(key);
            }
            StateTrie a = of(rows);
            StateTrie b = of(others);
            assertNotEquals(a.root(), b.root());
            TreeSet<ItemKey> found = new TreeSet<>();
            walk(a, b, "", found);
            assertEquals(different, found, "seed " + seed);
        }
    }

    private static void walk(StateTrie a, StateTrie b, String path, Set<ItemKey> found) {
        if (a.hash(path).equals(b.hash(path))) {
            return;
        }
        StateTrie.Node left = a.node(path);
        StateTrie.Node right = b.node(path);
        if (left instanceof StateTrie.Inner || right instanceof StateTrie.Inner) {
            for (int i = 0; i < 16; i++) {
                walk(a, b, path + Character.forDigit(i, 16), found);
            }
            return;
        }
        if (left instanceof StateTrie.Leaf l) {
            found.add(l.key());
        }
        if (right instanceof StateTrie.Leaf r) {
            found.add(r.key());
        }
    }

    @Test
    void hashesAreThoseOfTheDescription() {
        ItemKey key = new ItemKey(0x1fL << 56, 2);
        ChangeId row = hash(new Random(1));
        StateTrie trie = new StateTrie();
        assertEquals(ChangeId.of(Sha256.of(new byte[] {2})), trie.root());
        trie.put(key, row);
        ChangeId leaf = leaf(key, row);
        assertEquals(leaf, trie.root());
        assertEquals(new StateTrie.Leaf(key, leaf), trie.node("1f"));
        assertEquals(new StateTrie.Empty(), trie.node("2"));
        ItemKey other = new ItemKey(0x20L << 56, 2);
        trie.put(other, row);
        ByteBuffer inner = ByteBuffer.allocate(67).put((byte) 1).putShort((short) 0b110);
        inner.put(leaf.bytes()).put(leaf(other, row).bytes());
        assertEquals(ChangeId.of(Sha256.of(inner.array())), trie.root());
        StateTrie.Inner node = (StateTrie.Inner) trie.node("");
        assertEquals(16, node.children().size());
        assertEquals(leaf, node.children().get(1));
        assertTrue(node.children().get(0) == null);
        assertThrows(IllegalArgumentException.class, () -> trie.node("x"));
        assertThrows(IllegalArgumentException.class, () -> trie.node("0".repeat(33)));
    }

    private static ChangeId leaf(ItemKey key, ChangeId row) {
        ByteBuffer leaf = ByteBuffer.allocate(49).put((byte) 0).put(key.bytes()).put(row.bytes());
        return ChangeId.of(Sha256.of(leaf.array()));
    }

    @Test
    void aDigestIsOfBothParts() {
        Random random = new Random(3);
        ChangeId a = hash(random);
        ChangeId b = hash(random);
        assertNotEquals(new Digest(a, b).value(), new Digest(b, a).value());
        assertNotEquals(new Digest(a, b).value(), new Digest(a, a).value());
        assertEquals(new Digest(a, b).value(), new Digest(a, b).value());
    }
}

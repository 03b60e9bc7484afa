package dev.musher.node.store;

import static dev.musher.node.store.StoreContractTest.key;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A batch gives back what was put in. That RocksDB reads it alike, the contract shows. */
class BatchTest {
    private static final HexFormat HEX = HexFormat.of();

    @Test
    void entriesComeBackInOrderAtEveryLength() {
        Batch batch = new Batch();
        List<String> expected = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(1);
        for (int length : new int[] {0, 1, 127, 128, 129, 16_383, 16_384, 70_000}) {
            for (Table table : Table.values()) {
                byte[] bytes = new byte[length];
                random.nextBytes(bytes);
                batch.put(table, bytes, key("v")).put(table, key("k"), bytes).delete(table, bytes);
                expected.add("put " + table + " " + HEX.formatHex(bytes) + " 76");
                expected.add("put " + table + " 6b " + HEX.formatHex(bytes));
                expected.add("delete " + table + " " + HEX.formatHex(bytes));
            }
        }
        assertEquals(expected, entries(batch));
        assertEquals(expected.size(), batch.count());
        assertEquals(batch.encoded().length, batch.bytes());
    }

    @Test
    void joiningKeepsTheOrderAndLeavesTheOtherAlone() {
        Batch one = new Batch().put(Table.META, key("a"), key("1"));
        Batch two = new Batch().delete(Table.META, key("a")).put(Table.IDS, key("b"), key("2"));
        List<String> second = entries(two);
        List<String> both = new ArrayList<>(entries(one));
        both.addAll(second);
        assertEquals(both, entries(one.addAll(two)));
        assertEquals(3, one.count());
        assertEquals(second, entries(two));
        assertEquals(2, two.count());
        assertTrue(new Batch().isEmpty());
    }

    private static List<String> entries(Batch batch) {
        List<String> entries = new ArrayList<>();
        batch.forEach(
                new Batch.Visitor() {
                    @Override
                    public void put(Table table, byte[] key, byte[] value) {
                        entries.add(
                                "put "
                                        + table
                                        + " "
                                        + HEX.formatHex(key)
                                        + " "
                                        + HEX.formatHex(value));
                    }

                    @Override
                    public void delete(Table table, byte[] key) {
                        entries.add("delete " + table + " " + HEX.formatHex(key));
                    }
                });
        return entries;
    }
}

package dev.musher.node.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What every store promises; run on the model and on RocksDB. */
abstract class StoreContractTest {
    private Store store;

    /** An empty store. */
    abstract Store create();

    /** The same store closed and opened again. */
    abstract Store reopen(Store store);

    @BeforeEach
    void open() {
        store = create();
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void whatWasPutIsRead() {
        store.commit(new Batch().put(Table.META, key("a"), key("1")));
        assertArrayEquals(key("1"), store.get(Table.META, key("a")));
        assertNull(store.get(Table.META, key("b")));
        assertNull(store.get(Table.INDEX, key("a")), "tables are apart");
    }

    @Test
    void laterEntriesOfABatchWin() {
        store.commit(
                new Batch()
                        .put(Table.META, key("a"), key("1"))
                        .put(Table.META, key("a"), key("2"))
                        .put(Table.META, key("b"), key("3"))
                        .delete(Table.META, key("b"))
                        .delete(Table.META, key("never there")));
        assertArrayEquals(key("2"), store.get(Table.META, key("a")));
        assertNull(store.get(Table.META, key("b")));
    }

    /** Where the lengths' own lengths change, in keys and values. */
    @Test
    void everyLengthIsKept() {
        SplittableRandom random = new SplittableRandom(1);
        List<byte[]> all = new ArrayList<>();
        Batch batch = new Batch();
        for (int length : new int[] {0, 1, 127, 128, 16_383, 16_384, 300_000}) {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            all.add(bytes);
            batch.put(Table.CHANGES, bytes, key("" + length))
                    .put(Table.IDS, key("" + length), bytes);
        }
        store.commit(batch);
        for (byte[] bytes : all) {
            assertArrayEquals(key("" + bytes.length), store.get(Table.CHANGES, bytes));
            assertArrayEquals(bytes, store.get(Table.IDS, key("" + bytes.length)));
        }
    }

    @Test
    void aScanIsInUnsignedOrderAndHalfOpen() {
        Batch batch = new Batch();
        for (int b : new int[] {0x80, 0x00, 0xff, 0x7f, 0x01}) {
            batch.put(Table.ITEMS, new byte[] {(byte) b}, new byte[] {(byte) b});
        }
        store.commit(batch);
        assertEquals(List.of(0x00, 0x01, 0x7f, 0x80, 0xff), firstBytes(new byte[0], null));
        assertEquals(List.of(0x01, 0x7f), firstBytes(new byte[] {1}, new byte[] {(byte) 0x80}));
        assertEquals(List.of(), firstBytes(new byte[] {5}, new byte[] {5}));
        assertEquals(List.of(), firstBytes(new byte[] {9}, new byte[] {5}));
    }

    @Test
    void aScanStopsWhenTheVisitorSaysSo() {
        store.commit(
                new Batch()
                        .put(Table.ITEMS, key("a"), key("1"))
                        .put(Table.ITEMS, key("b"), key("2")));
        List<String> seen = new ArrayList<>();
        store.scan(
                Table.ITEMS,
                new byte[0],
                null,
                (key, value) -> {
                    seen.add(new String(key, UTF_8));
                    return false;
                });
        assertEquals(List.of("a"), seen);
    }

    @Test
    void theLastRowBeforeAKeyIsFound() {
        store.commit(
                new Batch()
                        .put(Table.ARRIVALS, key("b"), key("2"))
                        .put(Table.ARRIVALS, key("d"), key("4")));
        assertNull(store.lastBefore(Table.ARRIVALS, key("b")));
        assertArrayEquals(key("b"), store.lastBefore(Table.ARRIVALS, key("d")).key());
        assertArrayEquals(key("4"), store.lastBefore(Table.ARRIVALS, key("zz")).value());
        assertNull(store.lastBefore(Table.META, key("zz")));
    }

    @Test
    void manyKeysAreReadInTheirOrder() {
        store.commit(
                new Batch().put(Table.IDS, key("a"), key("1")).put(Table.IDS, key("c"), key("3")));
        List<byte[]> values =
                store.getAll(Table.IDS, List.of(key("c"), key("b"), key("a"), key("c")));
        assertEquals(4, values.size());
        assertArrayEquals(key("3"), values.get(0));
        assertNull(values.get(1));
        assertArrayEquals(key("1"), values.get(2));
        assertArrayEquals(key("3"), values.get(3));
        assertEquals(List.of(), store.getAll(Table.IDS, List.of()));
    }

    @Test
    void arraysAreNotShared() {
        byte[] key = key("a");
        byte[] value = key("1");
        store.commit(new Batch().put(Table.META, key, value));
        value[0] = 'x';
        store.get(Table.META, key)[0] = 'y';
        assertArrayEquals(key("1"), store.get(Table.META, key));
    }

    @Test
    @Tag("T-B1")
    void everythingIsThereAfterOpeningAgain() {
        byte[] id = store.id();
        assertEquals(8, id.length);
        Batch batch = new Batch();
        for (Table table : Table.values()) {
            batch.put(table, key(table.name()), key("1"));
        }
        store.commit(batch);
        store = reopen(store);
        for (Table table : Table.values()) {
            assertArrayEquals(key("1"), store.get(table, key(table.name())));
        }
        assertArrayEquals(id, store.id());
        assertFalse(store.health().tailDropped());
        assertEquals(StoreHealth.State.OPEN, store.health().state());
    }

    @Test
    @Tag("T-B9")
    void aClosedStoreThrowsAndClosingTwiceIsNothing() {
        store.commit(new Batch().put(Table.META, key("a"), key("1")));
        store.close();
        store.close();
        assertThrows(StoreClosedException.class, () -> store.get(Table.META, key("a")));
        assertThrows(StoreClosedException.class, () -> store.lastBefore(Table.META, key("a")));
        assertThrows(StoreClosedException.class, () -> store.getAll(Table.META, List.of(key("a"))));
        assertThrows(
                StoreClosedException.class,
                () -> store.scan(Table.META, new byte[0], null, (k, v) -> true));
        assertThrows(
                StoreClosedException.class,
                () -> store.commit(new Batch().put(Table.META, key("a"), key("2"))));
        assertEquals(StoreHealth.State.CLOSED, store.health().state());
    }

    @Test
    void anEmptyBatchIsNothing() {
        store.commit(new Batch());
        assertNull(store.lastBefore(Table.META, key("zz")));
    }

    /** A thousand seeded steps against a plain map: reads of every kind agree after each. */
    @Test
    void itIsASortedMap() {
        SplittableRandom random = new SplittableRandom(7);
        NavigableMap<byte[], byte[]> expected = new TreeMap<>(Arrays::compareUnsigned);
        for (int step = 0; step < 300; step++) {
            Batch batch = new Batch();
            for (int n = random.nextInt(6); n > 0; n--) {
                byte[] key = {(byte) random.nextInt(16), (byte) (random.nextInt(4) * 85)};
                if (random.nextInt(3) == 0) {
                    batch.delete(Table.INDEX, key);
                    expected.remove(key);
                } else {
                    byte[] value = {(byte) step};
                    batch.put(Table.INDEX, key, value);
                    expected.put(key, value);
                }
            }
            store.commit(batch);
            if (step % 100 == 99) {
                store = reopen(store);
            }
            byte[] from = {(byte) random.nextInt(16)};
            byte[] to = {(byte) random.nextInt(17)};
            if (Arrays.compareUnsigned(from, to) < 0) {
                assertEquals(text(expected.subMap(from, true, to, false)), text(scanned(from, to)));
            }
            assertEquals(text(expected.tailMap(from, true)), text(scanned(from, null)));
            Reader.Row last = store.lastBefore(Table.INDEX, to);
            assertEquals(expected.lowerEntry(to) == null, last == null);
            if (last != null) {
                assertArrayEquals(expected.lowerKey(to), last.key());
            }
        }
        assertTrue(expected.size() > 10);
    }

    final Store store() {
        return store;
    }

    static byte[] key(String text) {
        return text.getBytes(UTF_8);
    }

    private NavigableMap<byte[], byte[]> scanned(byte[] from, byte[] to) {
        NavigableMap<byte[], byte[]> rows = new TreeMap<>(Arrays::compareUnsigned);
        store.scan(
                Table.INDEX,
                from,
                to,
                (key, value) -> {
                    rows.put(key, value);
                    return true;
                });
        return rows;
    }

    private static List<String> text(NavigableMap<byte[], byte[]> rows) {
        List<String> lines = new ArrayList<>();
        rows.forEach((k, v) -> lines.add(Arrays.toString(k) + "=" + Arrays.toString(v)));
        return lines;
    }

    private List<Integer> firstBytes(byte[] from, byte[] to) {
        List<Integer> seen = new ArrayList<>();
        store.scan(
                Table.ITEMS,
                from,
                to,
                (key, value) -> {
                    assertArrayEquals(key, value);
                    return seen.add(key[0] & 0xff);
                });
        return seen;
    }
}

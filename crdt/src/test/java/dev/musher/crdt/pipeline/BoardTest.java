package dev.musher.crdt.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.Event;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Columns, and the order within them that people drag. */
class BoardTest {

    private final Items items = new Items();

    private static List<Long> numbers(Board board, Column column) {
        return board.column(column).stream().map(Item::number).toList();
    }

    @Test
    @Tag("H-05")
    @Tag("H-13")
    void everyItemStandsInItsColumnAndDeletedOnesInNone() {
        Item a = items.create(1, Map.of());
        Item b = items.move(items.create(2, Map.of()), Event.START);
        Item c = items.move(items.move(items.create(3, Map.of()), Event.START), Event.FREEZE);
        Item d = items.move(items.create(4, Map.of()), Event.REJECT);
        Item e = items.set(items.create(5, Map.of()), Field.DELETED, new Value.Flag(true));
        Board board = Board.of(List.of(e, d, c, b, a));
        assertEquals(List.of(Column.values()), List.copyOf(board.columns().keySet()));
        assertEquals(List.of(1L), numbers(board, Column.BACKLOG));
        assertEquals(List.of(2L, 3L), numbers(board, Column.CODING));
        assertEquals(List.of(4L), numbers(board, Column.CLOSED));
        assertEquals(List.of(), numbers(board, Column.DONE));
    }

    @Test
    @Tag("M-19")
    void byPriorityThenNumberUntilSomebodyDrags() {
        List<Item> all = new ArrayList<>();
        for (long number : List.of(9L, 10L, 2L)) {
            all.add(items.create(number, Map.of()));
        }
        all.add(items.create(40, Map.of(Field.PRIORITY, new Value.Int(0))));
        all.add(items.create(1, Map.of(Field.PRIORITY, new Value.Int(9))));
        Board board = Board.of(all);
        assertEquals(List.of(40L, 2L, 9L, 10L, 1L), numbers(board, Column.BACKLOG));
        List<Item> shown = board.column(Column.BACKLOG);
        String key = OrderKeys.between(OrderKeys.of(shown.get(1)), OrderKeys.of(shown.get(2)));
        all.set(4, items.set(all.get(4), Field.ORDER, new Value.Text(key)));
        Collections.shuffle(all, new Random(1));
        assertEquals(List.of(40L, 2L, 1L, 9L, 10L), numbers(Board.of(all), Column.BACKLOG));
    }

    @Test
    @Tag("M-19")
    void whatIsNoKeyDoesNotCount() {
        Item item = items.create(3, Map.of(Field.ORDER, new Value.Text("Not A Key")));
        assertEquals(OrderKeys.standard(2, 3), OrderKeys.of(item));
    }

    @Test
    @Tag("M-19")
    void thereIsAlwaysAKeyBetweenTwoOthers() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            List<String> keys = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                int at = seed % 3 == 0 ? keys.size() : random.nextInt(keys.size() + 1);
                String low = at == 0 ? null : keys.get(at - 1);
                String high = at == keys.size() ? null : keys.get(at);
                String key = OrderKeys.between(low, high);
                assertTrue(OrderKeys.valid(key), key);
                assertTrue(low == null || low.compareTo(key) < 0, low + " < " + key);
                assertTrue(high == null || key.compareTo(high) < 0, key + " < " + high);
                keys.add(at, key);
            }
        }
        for (long n = 1; n < 500; n++) {
            String low = OrderKeys.standard(n % 10, n);
            String high = OrderKeys.standard(n % 10, n + 1);
            assertTrue(OrderKeys.valid(low));
            String key = OrderKeys.between(low, high);
            assertTrue(low.compareTo(key) < 0 && key.compareTo(high) < 0);
        }
        String first = OrderKeys.standard(0, 1);
        assertTrue(OrderKeys.between(null, first).compareTo(first) < 0);
    }

    @Test
    @Tag("M-19")
    void keysThatLeaveNoRoomAreRefusedOrFollowed() {
        assertTrue(OrderKeys.between("b", "b").compareTo("b") > 0);
        assertTrue(OrderKeys.between("c", "b").compareTo("c") > 0);
        assertFalse(OrderKeys.valid("a0"));
        assertFalse(OrderKeys.valid(""));
        for (String none : List.of("A", "a{", "a`b", "a/b", "a:b", "b".repeat(301), "\u00e9")) {
            assertFalse(OrderKeys.valid(none), none);
            assertThrows(IllegalArgumentException.class, () -> OrderKeys.between(null, none));
        }
        assertThrows(IllegalArgumentException.class, () -> OrderKeys.between("a0", null));
        String low = "z".repeat(300);
        assertThrows(IllegalArgumentException.class, () -> OrderKeys.between(low, null));
    }
}

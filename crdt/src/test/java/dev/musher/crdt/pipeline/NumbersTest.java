package dev.musher.crdt.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.musher.crdt.change.ItemKey;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** No number is given twice, and none is skipped for a high one. */
@Tag("H-01")
class NumbersTest {

    private final Numbers numbers = new Numbers();
    private int items;

    private void add(long number) {
        numbers.use(new ItemKey(++items, 0), number);
    }

    @Test
    void theFirstIsOne() {
        assertEquals(1, numbers.next());
    }

    @Test
    void countsUpwardFromTheItemsSeen() {
        add(1);
        add(2);
        assertEquals(3, numbers.next());
        add(3);
        add(3);
        assertEquals(4, numbers.next(), "two share 3");
        add(5);
        assertEquals(6, numbers.next());
    }

    @Test
    void aHighNumberWastesNone() {
        add(1);
        add(1L << 40);
        assertEquals(2, numbers.next());
    }

    @Test
    void anItemIsCountedOnceHoweverOftenItIsSeen() {
        numbers.use(new ItemKey(1, 0), 0);
        numbers.use(new ItemKey(1, 0), 1);
        numbers.use(new ItemKey(1, 0), 1);
        assertEquals(2, numbers.next());
    }
}

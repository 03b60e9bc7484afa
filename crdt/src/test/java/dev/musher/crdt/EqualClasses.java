package dev.musher.crdt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;

/** Values in classes: those of one class are equal and have one hash, of two classes never. */
public final class EqualClasses {

    private EqualClasses() {}

    /** Compares two values of each class with each other, and the first with all other classes. */
    public static void check(List<List<Object>> classes) {
        for (List<Object> a : classes) {
            for (List<Object> b : classes) {
                if (a == b) {
                    assertEquals(a.get(0), b.get(1));
                    assertEquals(a.get(0).hashCode(), b.get(1).hashCode());
                } else {
                    assertNotEquals(a.get(0), b.get(1));
                }
            }
        }
    }
}

package dev.musher.node.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads of a store. Only committed batches are seen, whole.
 *
 * <p>May be called from any thread. Arrays handed in are not kept, arrays handed out belong to the
 * caller. Each call throws {@link StoreClosedException} once the store is closed, and {@link
 * StoreCorruptException} when a row's checksum does not hold: a damaged row is never left out in
 * silence.
 */
public interface Reader {
    /** The value of a key, or null if there is none. */
    byte @Nullable [] get(Table table, byte[] key);

    /** The values of many keys, in their order, null where there is none: one call, less work. */
    List<byte @Nullable []> getAll(Table table, List<byte[]> keys);

    /**
     * Visits the rows with {@code from <= key < to} in unsigned byte order, as they were when the
     * scan began, until the visitor returns false.
     *
     * @param to end of the range, not in it; null means the end of the table
     */
    void scan(Table table, byte[] from, byte @Nullable [] to, RowVisitor visitor);

    /** The greatest row with {@code key < before}, or null if there is none. */
    @Nullable Row lastBefore(Table table, byte[] before);

    /** Takes the rows of a scan. May read the store, must not close it. */
    @FunctionalInterface
    interface RowVisitor {
        /** Takes one row; returns whether it wants the next one. */
        boolean row(byte[] key, byte[] value);
    }

    /** One row. The arrays are the holder's own. */
    final class Row {
        private final byte[] key;
        private final byte[] value;

        /** Keeps both arrays, uncopied. */
        public Row(byte[] key, byte[] value) {
            this.key = key;
            this.value = value;
        }

        /** Its key. */
        public byte[] key() {
            return key;
        }

        /** Its value. */
        public byte[] value() {
            return value;
        }
    }
}

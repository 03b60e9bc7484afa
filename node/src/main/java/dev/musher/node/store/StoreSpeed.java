package dev.musher.node.store;

import java.nio.file.Path;
import java.util.List;

/**
 * How fast the store alone writes given batches: the limit that whatever stands on it is measured
 * against.
 *
 * @param batches synced writes
 * @param rows puts and deletes in them
 * @param bytes bytes of log in them
 * @param nanos time of the writes alone, without opening and closing
 * @param diskBytes bytes on disk afterwards, closed, so without a log
 */
public record StoreSpeed(long batches, long rows, long bytes, long nanos, long diskBytes) {
    /** Writes batches one after the other into a new store in an empty folder. */
    public static StoreSpeed measure(Path dir, StoreOptions options, List<Batch> batches) {
        long rows = 0;
        long bytes = 0;
        long nanos;
        RocksStore store = RocksStore.open(dir, options);
        try (store) {
            long begun = System.nanoTime();
            for (Batch batch : batches) {
                store.commit(batch);
                rows += batch.count();
                bytes += batch.bytes();
            }
            nanos = System.nanoTime() - begun;
        }
        return new StoreSpeed(batches.size(), rows, bytes, nanos, store.sizeBytes());
    }

    /** Rows a second. */
    public double rowsPerSecond() {
        return rows * 1e9 / nanos;
    }
}

package dev.musher.node.store;

import java.nio.file.Path;

/**
 * Bounds of a {@link RocksStore}. They may differ from one opening to the next; none is part of the
 * format.
 *
 * @param nativeFolder where the native library is unpacked, once; must not be writable for others
 * @param blockCacheBytes memory for blocks read, with their indexes and filters, over all tables
 * @param writeBufferBytes memory for rows not yet in table files, over all tables
 * @param walBytesMax size of the log at which rows are moved to table files: bounds the replay
 *     after a crash and the disk used
 * @param reserveBytes size of the file that is freed when the disk is full, 0 for none
 * @param marginBytes room kept free beyond what a write needs at once
 * @param stallMsMax how long a commit waits while RocksDB catches up, before it is refused as full
 * @param backupFirst whether a backup is made before a store of an older format is raised
 */
public record StoreOptions(
        Path nativeFolder,
        long blockCacheBytes,
        long writeBufferBytes,
        long walBytesMax,
        long reserveBytes,
        long marginBytes,
        long stallMsMax,
        boolean backupFirst) {
    private static final long MIB = 1L << 20;

    /** Checks the ranges. */
    public StoreOptions {
        if (blockCacheBytes < MIB || writeBufferBytes < MIB || walBytesMax < MIB) {
            throw new IllegalArgumentException("cache, buffers and log need 1 MiB or more each");
        }
        if (reserveBytes < 0 || marginBytes < 0 || stallMsMax < 0) {
            throw new IllegalArgumentException("reserve, margin and wait must not be negative");
        }
    }

    /** What a node uses: about 80 MB of native memory, a reserve of 32 MiB. */
    public static StoreOptions defaults() {
        return new StoreOptions(
                NativeLibrary.userFolder(),
                32 * MIB,
                32 * MIB,
                24 * MIB,
                32 * MIB,
                8 * MIB,
                5_000,
                true);
    }

    /** These options with another reserve and margin for a full disk. */
    public StoreOptions withReserve(long reserve, long margin) {
        return new StoreOptions(
                nativeFolder,
                blockCacheBytes,
                writeBufferBytes,
                walBytesMax,
                reserve,
                margin,
                stallMsMax,
                backupFirst);
    }

    /**
     * These options for a copy that is only looked at: nothing is made for its sake, neither a
     * reserve nor a backup.
     */
    public StoreOptions ofCopy() {
        return new StoreOptions(
                nativeFolder,
                blockCacheBytes,
                writeBufferBytes,
                walBytesMax,
                0,
                marginBytes,
                stallMsMax,
                false);
    }

    /** These options with other memory for rows in flight, and another bound of the log. */
    public StoreOptions withBuffers(long writeBuffers, long walMax) {
        return new StoreOptions(
                nativeFolder,
                blockCacheBytes,
                writeBuffers,
                walMax,
                reserveBytes,
                marginBytes,
                stallMsMax,
                backupFirst);
    }
}

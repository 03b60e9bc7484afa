package dev.musher.node.store;

/**
 * Native memory of a store, in bytes, at one moment.
 *
 * @param cachedBytes blocks, indexes and filters in the cache
 * @param bufferBytes rows not yet in table files
 * @param readerBytes what open table files need beside the cache
 * @param pinnedBytes of the cache, what reads and iterators hold at the moment: where no call is
 *     inside, what a handle that was not closed holds
 */
public record StoreMemory(long cachedBytes, long bufferBytes, long readerBytes, long pinnedBytes) {}

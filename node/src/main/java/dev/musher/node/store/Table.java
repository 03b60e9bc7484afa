package dev.musher.node.store;

/**
 * The tables of a store, each an ordered map of its own (a column family of RocksDB).
 *
 * <p>Their order is part of the format on disk: a new one goes to the end.
 */
public enum Table {
    /** Facts about the store's owner: project, device, epoch, markers. */
    META,
    /** One row a chain. */
    CHAINS,
    /** The changes themselves, in runs by chain. */
    CHANGES,
    /** Place of a change by its id. */
    IDS,
    /** Place of a change by its order of arrival. */
    ARRIVALS,
    /** Items. */
    ITEMS,
    /** The ops that touch an item, in the order of merging. */
    ITEM_LOG,
    /** Everything that is looked up otherwise. */
    INDEX
}

package dev.musher.node.store;

/**
 * The tables of a store, each an ordered map of its own (a column family of RocksDB).
 *
 * <p>Their order and numbers are part of the format on disk: a new one goes to the end.
 */
public enum Table {
    /** Facts about the store's owner: project, device, epoch, markers. */
    META(1),
    /** One row a chain. */
    CHAINS(2),
    /** The changes themselves, in runs by chain. */
    CHANGES(3),
    /** Place of a change by its id. */
    IDS(4),
    /** Place of a change by its order of arrival. */
    ARRIVALS(5),
    /** Items. */
    ITEMS(6),
    /** The ops that touch an item, in the order of merging. */
    ITEM_LOG(7),
    /** Everything that is looked up otherwise. */
    INDEX(8);

    private final int column;

    Table(int column) {
        this.column = column;
    }

    /** Number of its column family; 0 is the store's own. */
    int column() {
        return column;
    }
}

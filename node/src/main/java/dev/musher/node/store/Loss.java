package dev.musher.node.store;

/**
 * What opening a store found missing at the end of its log. A device whose store lost anything must
 * not go on in its old epoch: it may have sent what it no longer knows.
 *
 * @param rows rows that had been acknowledged and are gone, which a crash alone cannot do; 0 where
 *     only the end of the log was dropped and nothing acknowledged is known to be missing
 */
public record Loss(long rows) {

    /** Checks the number. */
    public Loss {
        if (rows < 0) {
            throw new IllegalArgumentException("rows: " + rows);
        }
    }

    /** A stable word for programs. */
    public String code() {
        return rows > 0 ? "acknowledged_lost" : "tail_dropped";
    }

    /** What happened, what it means and what to do, for people. */
    public String text() {
        return rows > 0
                ? rows
                        + " acknowledged rows are gone from the end of the store: the disk, or"
                        + " whoever copied the folder, lost them. Peers give back what they have:"
                        + " let them connect and see `musher peers`; what was written here alone is"
                        + " in a backup or nowhere. The device goes on in a fresh epoch"
                : "the end of the log was half written, as a crash leaves it, and was dropped;"
                        + " nothing acknowledged is known to be missing. Peers give back what they"
                        + " have; the device goes on in a fresh epoch";
    }
}

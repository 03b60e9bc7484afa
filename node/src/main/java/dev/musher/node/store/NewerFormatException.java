package dev.musher.node.store;

/** The store was written by a newer version of this program. Nothing was changed. */
public final class NewerFormatException extends StoreException {
    private static final long serialVersionUID = 1L;

    private final int found;
    private final int known;

    NewerFormatException(String dir, int found, int known) {
        super(
                "the store in "
                        + dir
                        + " has format "
                        + found
                        + ", this version knows formats up to "
                        + known
                        + ": update musher; nothing was changed",
                null);
        this.found = found;
        this.known = known;
    }

    /** Format of the store. */
    public int found() {
        return found;
    }

    /** Newest format this version knows. */
    public int known() {
        return known;
    }
}

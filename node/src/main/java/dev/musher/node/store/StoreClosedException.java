package dev.musher.node.store;

/** The store is closed. Nothing was read or written. */
public final class StoreClosedException extends StoreException {
    private static final long serialVersionUID = 1L;

    StoreClosedException() {
        super("the store is closed", null);
    }
}

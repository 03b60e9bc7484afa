package dev.musher.node.store;

/** The queue of the store is at its bound. Nothing was taken; submit again when a batch is done. */
public final class StoreBusyException extends StoreException {
    private static final long serialVersionUID = 1L;

    StoreBusyException(String message) {
        super(message, null);
    }
}

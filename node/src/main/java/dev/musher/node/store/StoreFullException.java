package dev.musher.node.store;

/** There is no room on the disk. Nothing was written; writes work again when room is made. */
public final class StoreFullException extends StoreException {
    private static final long serialVersionUID = 1L;

    StoreFullException(String message) {
        super(message, null);
    }
}

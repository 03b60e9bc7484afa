package dev.musher.node.store;

import org.jspecify.annotations.Nullable;

/** A write failed: whether it is on disk is unknown until the store is opened again. */
public final class StoreFailedException extends StoreException {
    private static final long serialVersionUID = 1L;

    StoreFailedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}

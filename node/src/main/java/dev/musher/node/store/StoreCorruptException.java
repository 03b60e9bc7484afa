package dev.musher.node.store;

import org.jspecify.annotations.Nullable;

/** Bytes on disk are not what was written. Restore a backup, or fetch the rows from a peer. */
public final class StoreCorruptException extends StoreException {
    private static final long serialVersionUID = 1L;

    StoreCorruptException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}

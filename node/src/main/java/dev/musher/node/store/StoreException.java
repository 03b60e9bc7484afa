package dev.musher.node.store;

import org.jspecify.annotations.Nullable;

/** What a store refuses or cannot do. Each kind is named by what the caller can do next. */
public abstract sealed class StoreException extends RuntimeException
        permits StoreClosedException,
                StoreCorruptException,
                StoreFailedException,
                StoreFullException,
                StoreLockedException,
                StoreBusyException,
                NewerFormatException,
                TargetNotEmptyException {
    private static final long serialVersionUID = 1L;

    StoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}

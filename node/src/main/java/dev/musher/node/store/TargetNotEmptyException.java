package dev.musher.node.store;

/**
 * A backup or restore would have written over something. Nothing was changed; choose another
 * folder.
 */
public final class TargetNotEmptyException extends StoreException {
    private static final long serialVersionUID = 1L;

    TargetNotEmptyException(String target) {
        super(target + " is not empty: nothing was written; choose another folder", null);
    }
}

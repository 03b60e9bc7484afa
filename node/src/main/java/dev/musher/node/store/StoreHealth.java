package dev.musher.node.store;

import org.jspecify.annotations.Nullable;

/**
 * How a store is.
 *
 * @param state what it takes at the moment
 * @param loss what opening found missing; null when nothing was
 * @param reserveHeld whether the reserve for a full disk is in place
 * @param detail a sentence for people, empty when all is well
 */
public record StoreHealth(State state, @Nullable Loss loss, boolean reserveHeld, String detail) {
    /** What a store takes. */
    public enum State {
        /** Reads and writes. */
        OPEN,
        /** Reads; writes again when there is room on the disk. */
        FULL,
        /**
         * Reads only; a write failed and its outcome is unknown until the store is opened again.
         */
        FAILED,
        /** Nothing. */
        CLOSED
    }

    /**
     * Whether opening dropped the end of the log: what was written last may be missing, so a device
     * must not go on in its old epoch.
     */
    public boolean tailDropped() {
        return loss != null;
    }

    /**
     * Whether what was dropped had been acknowledged, which a crash alone cannot do: peers must be
     * asked for the rest.
     */
    public boolean acknowledgedLost() {
        return loss != null && loss.rows() > 0;
    }

    /** Whether a write would be tried. */
    public boolean writable() {
        return state == State.OPEN;
    }
}

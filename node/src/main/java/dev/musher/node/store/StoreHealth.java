package dev.musher.node.store;

/**
 * How a store is.
 *
 * @param state what it takes at the moment
 * @param tailDropped whether opening dropped the end of the log: what was written last may be
 *     missing, so a device must not go on in its old epoch
 * @param acknowledgedLost whether what was dropped had been acknowledged (which a crash alone
 *     cannot do): peers must be asked for the rest
 * @param reserveHeld whether the reserve for a full disk is in place
 * @param detail a sentence for people, empty when all is well
 */
public record StoreHealth(
        State state,
        boolean tailDropped,
        boolean acknowledgedLost,
        boolean reserveHeld,
        String detail) {
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

    /** Whether a write would be tried. */
    public boolean writable() {
        return state == State.OPEN;
    }
}

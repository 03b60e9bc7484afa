package dev.musher.protocol.codec;

import dev.musher.crdt.change.Change;

/**
 * When an author signs. Hash links let one signature cover the unsigned changes before it on its
 * chain, and a signature costs more than all else about a small change; so a chain is signed at the
 * end of every group commit, and within one as {@link #mustSign} says. The bound keeps a proof of
 * authorship short: from any change at most {@value #RUN_CHANGES} - 1 links lead to a signature.
 */
public final class ChainSigning {
    /** Changes that one signature covers, its own included. */
    public static final int RUN_CHANGES = 64;

    /** Unsigned bytes of changes before one signature stay below this. */
    public static final int RUN_BYTES = 256 * 1024;

    private ChainSigning() {}

    /**
     * Whether the next change of a chain carries a signature even where it does not end a batch.
     *
     * @param sinceCount unsigned changes of the chain since its last signed one, {@code next} not
     *     among them
     * @param sinceBytes their bytes
     * @param next the change about to be added
     */
    public static boolean mustSign(int sinceCount, long sinceBytes, Change next) {
        return sinceCount + 1 >= RUN_CHANGES
                || sinceBytes + next.bytes().length >= RUN_BYTES
                || standsAlone(next);
    }

    /**
     * Whether a change is signed for itself, wherever it stands: those that say who may do what, as
     * they are shown to strangers and kept as proofs without the changes around them. Receivers
     * keep these signatures.
     */
    public static boolean standsAlone(Change change) {
        return change.holdsAccess();
    }

    /**
     * Whether a signature may follow this much unsigned, as {@link #mustSign} leaves it.
     *
     * @param sinceCount unsigned changes before the signed one
     * @param sinceBytes their bytes
     */
    static boolean covers(int sinceCount, long sinceBytes) {
        return sinceCount < RUN_CHANGES && sinceBytes < RUN_BYTES;
    }
}

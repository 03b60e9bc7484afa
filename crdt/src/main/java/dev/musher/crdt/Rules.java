package dev.musher.crdt;

import dev.musher.crdt.change.Header;

/**
 * Parameters of the rules that every node of a project must share.
 *
 * @param headsMax an epoch with more heads than this acts as cut at its lowest fork
 * @param version the newest version of the rules that is known here, from 1: a project that its
 *     owners raised above it can be kept and read here, and no more
 */
public record Rules(int headsMax, int version) {

    /** Those of the product. */
    public static final Rules PRODUCT = new Rules(16, 1);

    /** The first version, with another bound. */
    public Rules(int headsMax) {
        this(headsMax, 1);
    }

    /** The header version that this build understands. */
    static final int VERSION = Header.VERSION;
}

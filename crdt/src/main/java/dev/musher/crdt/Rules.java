package dev.musher.crdt;

import dev.musher.crdt.change.Header;

/**
 * Parameters of the rules that every node of a project must share.
 *
 * @param headsMax an epoch with more heads than this acts as cut at its lowest fork
 */
public record Rules(int headsMax) {

    /** Those of the product. */
    public static final Rules PRODUCT = new Rules(16);

    /** The header version that this build understands. */
    static final int VERSION = Header.VERSION;
}

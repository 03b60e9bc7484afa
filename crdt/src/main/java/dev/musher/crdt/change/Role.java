package dev.musher.crdt.change;

import java.util.Locale;

/**
 * What a device may write. Ordered: each role has every right of the ones before it. The ordinal is
 * the wire code.
 */
public enum Role {
    /** Reads; writes nothing. */
    READER,
    /** Notes, todos, usage, and moves of the item whose claim it holds, always as an agent. */
    AGENT,
    /** Every item op, settling, adopting, inviting members. */
    MEMBER,
    /** Members, arbiter, cuts, checkpoints. */
    OWNER;

    /** The word used in JSON and on the command line. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}

package dev.musher.crdt.access;

/** Whether an op counts, or why it is void. Depends on the whole set and may change later. */
public enum Verdict {
    /** It counts. */
    COUNTS,
    /** A move that the transition table does not allow from where it says it starts. */
    ILLEGAL,
    /** A cut, a settled fork or an overfull epoch removes it. */
    CUT,
    /** Its author is no member. */
    NOT_A_MEMBER,
    /** Its author's role does not allow it. */
    ROLE,
    /** A grant or expiry by an arbiter that lost or was replaced. */
    ARBITER,
    /** A move by a device of role agent that does not hold the item. */
    CLAIM,
    /** A move by an agent beyond the end of its claim. */
    GENERATION,
    /** An op of a kind this version does not know. */
    UNKNOWN
}

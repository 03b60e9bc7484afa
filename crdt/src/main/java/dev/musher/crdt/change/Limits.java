package dev.musher.crdt.change;

/** Bounds of a change that every node enforces alike; they are part of the format. */
public final class Limits {

    /** Header and body of one change, bytes. */
    public static final int CHANGE_BYTES = 64 * 1024;

    /** Ops in one change. */
    public static final int OPS = 64;

    /** Heads a change may name beside its own previous change. */
    public static final int DEPS = 20;

    /** Names, labels, todos, actors, origins: characters (UTF-16 units). */
    public static final int NAME_CHARS = 300;

    /** Body of an item, bytes of UTF-8. */
    public static final int BODY_BYTES = 48 * 1024;

    /** A note, bytes of UTF-8. */
    public static final int NOTE_BYTES = 16 * 1024;

    /** A reason, bytes of UTF-8. */
    public static final int REASON_BYTES = 2 * 1024;

    /** References named by one op. */
    public static final int REFS = 64;

    /** Kept heads of one cut or settlement; adopted changes. */
    public static final int KEPT = 256;

    /** Outlines that one checkpoint vouches for. */
    public static final int OUTLINES = 512;

    /** Entries of a move's details. */
    public static final int DETAILS = 8;

    /** Fields and sets of a creation: more than there are now, so that later ones are unknown. */
    public static final int ENTRIES = 64;

    /** Elements a creation may put into one set. */
    public static final int ELEMENTS = 64;

    /**
     * Largest amount of one increment, number of a field, lamport value and sequence number: 2^40.
     */
    public static final long NUMBER = 1L << 40;

    /** Depth to which an unknown op may nest arrays and maps. */
    public static final int DEPTH = 8;

    private Limits() {}
}

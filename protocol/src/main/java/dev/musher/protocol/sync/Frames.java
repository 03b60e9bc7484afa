package dev.musher.protocol.sync;

/** Kinds and bounds of the frames of sync; part of the format. */
public final class Frames {
    /** Addresses told to a peer. */
    public static final int ADDRESSES = 16;

    /** An address, bytes of UTF-8. */
    public static final int ADDRESS_BYTES = 200;

    private Frames() {}
}

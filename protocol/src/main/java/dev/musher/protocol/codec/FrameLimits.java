package dev.musher.protocol.codec;

/**
 * Bounds of one frame on a peer socket; part of the format. A frame beyond them ends the
 * connection.
 */
public final class FrameLimits {
    /** A frame once both sides have proved who they are, bytes: 1 MiB. */
    public static final int FRAME_BYTES = 1024 * 1024;

    /** A frame before that, bytes: 64 KiB, so that a stranger can make a node hold little. */
    public static final int HANDSHAKE_FRAME_BYTES = 64 * 1024;

    /**
     * Changes in one run. No change is smaller than about 250 bytes, so a full frame holds about as
     * many.
     */
    public static final int RUN_CHANGES = 4096;

    /** Largest kind of a frame. */
    public static final int KIND_MAX = 255;

    /** Elements of a frame after its kind. */
    public static final int FIELDS = 32;

    private FrameLimits() {}
}

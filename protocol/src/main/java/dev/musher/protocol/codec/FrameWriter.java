package dev.musher.protocol.codec;

import dev.musher.crdt.change.CborWriter;

/** Builds one frame; the counterpart of {@link FrameReader}. Not thread safe. */
public final class FrameWriter {
    private final CborWriter out = new CborWriter();

    /**
     * Begins a frame.
     *
     * @param kind 0..{@link FrameLimits#KIND_MAX}
     * @param fields how many fields the caller writes into {@link #body}
     * @throws IllegalArgumentException when either is out of range
     */
    public FrameWriter(int kind, int fields) {
        if (kind < 0 || kind > FrameLimits.KIND_MAX || fields < 0 || fields > FrameLimits.FIELDS) {
            throw new IllegalArgumentException("kind " + kind + " with " + fields + " fields");
        }
        out.array(1 + fields).integer(kind);
    }

    /** Where the fields are written. */
    public CborWriter body() {
        return out;
    }

    /** Bytes so far, the head included. */
    public int size() {
        return out.size();
    }

    /**
     * The frame.
     *
     * @throws IllegalStateException when it is longer than {@link FrameLimits#FRAME_BYTES}: the
     *     sender must cut before that, since every receiver would end the connection
     */
    public byte[] toBytes() {
        if (out.size() > FrameLimits.FRAME_BYTES) {
            throw new IllegalStateException(
                    "frame of " + out.size() + " bytes, at most " + FrameLimits.FRAME_BYTES);
        }
        return out.toBytes();
    }
}

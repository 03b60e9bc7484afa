package dev.musher.protocol.codec;

import dev.musher.crdt.change.CborReader;
import dev.musher.crdt.change.Malformed;

/**
 * Opens one frame: {@code [kind, field, ...]}, deterministic CBOR, one frame to a binary message of
 * the socket.
 *
 * <p>The caller looks at {@link #kind}, checks {@link #expectFields}, reads each field from {@link
 * #body} and ends with {@link #end}, so that no byte goes unread. Everything throws {@link
 * Malformed} for bytes that are not so. Not thread safe.
 */
public final class FrameReader {
    private final CborReader in;
    private final int kind;
    private final int fields;

    /** Opens a frame of at most {@link FrameLimits#FRAME_BYTES}. The array is read, not copied. */
    public FrameReader(byte[] frame) {
        this(frame, FrameLimits.FRAME_BYTES);
    }

    /**
     * Opens a frame under a tighter bound.
     *
     * @param bytesMax the longest frame allowed now, bytes
     */
    public FrameReader(byte[] frame, int bytesMax) {
        if (frame.length > bytesMax) {
            throw new Malformed("frame of " + frame.length + " bytes, at most " + bytesMax);
        }
        in = new CborReader(frame);
        fields = in.array("frame", 1, 1 + FrameLimits.FIELDS) - 1;
        kind = (int) in.integer("frame kind", 0, FrameLimits.KIND_MAX);
    }

    /** What the frame is, 0..{@link FrameLimits#KIND_MAX}. */
    public int kind() {
        return kind;
    }

    /** How many fields follow the kind. */
    public int fields() {
        return fields;
    }

    /** Refuses a frame of another number of fields; {@code what} names it in the refusal. */
    public void expectFields(String what, int expected) {
        if (fields != expected) {
            throw new Malformed(what + ": " + fields + " fields, expected " + expected);
        }
    }

    /** The reader that stands at the next field. */
    public CborReader body() {
        return in;
    }

    /** Refuses bytes after the last field. */
    public void end() {
        in.expectEnd("frame of kind " + kind);
    }
}

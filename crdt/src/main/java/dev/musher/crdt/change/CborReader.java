package dev.musher.crdt.change;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads deterministic CBOR and refuses everything else with {@link Malformed}: longer integers than
 * needed, indefinite lengths, floats, tags, lengths beyond the input. So each value has one
 * encoding, and what was decoded encodes to the same bytes. Not thread safe.
 */
public final class CborReader {

    private final byte[] in;
    private final int end;
    private final boolean outline;
    private int at;

    /** Reads {@code bytes[from .. to)}. */
    public CborReader(byte[] bytes, int from, int to) {
        this(bytes, from, to, false);
    }

    /**
     * Reads {@code bytes[from .. to)}.
     *
     * @param outline whether it is the outline of a body, see {@link Outline}
     */
    CborReader(byte[] bytes, int from, int to, boolean outline) {
        in = bytes;
        at = from;
        end = to;
        this.outline = outline;
    }

    /** Reads all of {@code bytes}. */
    public CborReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    /** Offset of the next byte in the array that was given. */
    public int position() {
        return at;
    }

    /** Refuses bytes after the last value. */
    public void expectEnd(String what) {
        if (at != end) {
            throw new Malformed(what + ": " + (end - at) + " bytes too many");
        }
    }

    /** An integer in {@code min..max}; {@code what} names it in the refusal. */
    public long integer(String what, long min, long max) {
        int first = peek(what);
        int major = first >>> 5;
        if (major > 1) {
            throw new Malformed(what + ": expected an integer at byte " + at);
        }
        long value = argument(what);
        long number = major == 0 ? value : -1 - value;
        if (value < 0 || number < min || number > max) {
            throw new Malformed(what + ": " + number + " is outside " + min + ".." + max);
        }
        return number;
    }

    /** A byte string of {@code min..max} bytes. */
    public byte[] bytes(String what, int min, int max) {
        int length = length(what, 2, min, max);
        available(what, length);
        byte[] out = Arrays.copyOfRange(in, at, at + length);
        at += length;
        return out;
    }

    /** A byte string of exactly 32 bytes. */
    public ChangeId id(String what) {
        skipHead32(what);
        return ChangeId.at(in, at - Bytes32.LENGTH);
    }

    /** A byte string of exactly 32 bytes. */
    public DeviceId device(String what) {
        skipHead32(what);
        return DeviceId.at(in, at - Bytes32.LENGTH);
    }

    /** A byte string of exactly 16 bytes. */
    public ItemKey itemKey(String what) {
        int length = length(what, 2, ItemKey.LENGTH, ItemKey.LENGTH);
        available(what, length);
        at += length;
        return ItemKey.at(in, at - length);
    }

    /** A text string of {@code 0..maxBytes} bytes of valid UTF-8. */
    public String text(String what, int maxBytes) {
        int length = length(what, 3, 0, maxBytes);
        available(what, length);
        boolean ascii = true;
        for (int i = at; i < at + length; i++) {
            ascii &= in[i] >= 0;
        }
        String out;
        if (ascii) {
            out = new String(in, at, length, StandardCharsets.ISO_8859_1);
        } else {
            try {
                out =
                        StandardCharsets.UTF_8
                                .newDecoder()
                                .decode(ByteBuffer.wrap(in, at, length))
                                .toString();
            } catch (CharacterCodingException e) {
                throw new Malformed(what + ": not valid UTF-8");
            }
        }
        at += length;
        return out;
    }

    /** The head of an array of {@code min..max} elements. */
    public int array(String what, int min, int max) {
        return length(what, 4, min, max);
    }

    /** The head of a map of {@code min..max} pairs. */
    public int map(String what, int min, int max) {
        return length(what, 5, min, max);
    }

    /** True or false. */
    public boolean flag(String what) {
        int first = peek(what);
        if (first != 0xf4 && first != 0xf5) {
            throw new Malformed(what + ": expected true or false at byte " + at);
        }
        at++;
        return first == 0xf5;
    }

    /** Reads a null if one is next. */
    public boolean nothing() {
        if (at < end && (in[at] & 0xff) == 0xf6) {
            at++;
            return true;
        }
        return false;
    }

    /** The major type (0..7) of the next value. */
    public int nextMajor(String what) {
        return peek(what) >>> 5;
    }

    /** Skips one well-formed deterministic value that nests at most {@code depth} levels. */
    public void skip(String what, int depth) {
        int major = peek(what) >>> 5;
        if (depth < 0) {
            throw new Malformed(what + ": nested too deeply");
        }
        switch (major) {
            case 0, 1 -> {
                if (argument(what) < 0) {
                    throw new Malformed(what + ": integer of more than 63 bits");
                }
            }
            case 2 -> bytes(what, 0, end - at);
            case 3 -> text(what, end - at);
            case 4 -> {
                int length = length(what, 4, 0, end - at);
                for (int i = 0; i < length; i++) {
                    skip(what, depth - 1);
                }
            }
            case 5 -> skipMap(what, depth);
            case 7 -> {
                if (!nothing()) {
                    flag(what);
                }
            }
            default -> throw new Malformed(what + ": tags are not allowed");
        }
    }

    /** Whether the outline of a body is read: no text of an item's body stands in it. */
    boolean isOutline() {
        return outline;
    }

    /** A second reader at the same place over the same bytes. */
    CborReader fork() {
        return new CborReader(in, at, end, outline);
    }

    /** The bytes {@code from .. to}; reading goes on at {@code to}. */
    byte[] jumpTo(int from, int to) {
        at = to;
        return Arrays.copyOfRange(in, from, to);
    }

    private void skipMap(String what, int depth) {
        int length = length(what, 5, 0, end - at);
        int previousFrom = -1;
        int previousTo = -1;
        for (int i = 0; i < length; i++) {
            int from = at;
            skip(what, depth - 1);
            if (i > 0 && Arrays.compareUnsigned(in, previousFrom, previousTo, in, from, at) >= 0) {
                throw new Malformed(what + ": keys of a map not sorted or not unique");
            }
            previousFrom = from;
            previousTo = at;
            skip(what, depth - 1);
        }
    }

    private void skipHead32(String what) {
        int length = length(what, 2, Bytes32.LENGTH, Bytes32.LENGTH);
        available(what, length);
        at += length;
    }

    private int length(String what, int major, int min, int max) {
        int first = peek(what);
        if (first >>> 5 != major) {
            throw new Malformed(what + ": wrong type at byte " + at);
        }
        long length = argument(what);
        if (length < min || length > max) {
            throw new Malformed(
                    what
                            + ": length "
                            + Long.toUnsignedString(length)
                            + " is outside "
                            + min
                            + ".."
                            + max);
        }
        return (int) length;
    }

    private long argument(String what) {
        int info = in[at++] & 31;
        if (info < 24) {
            return info;
        }
        if (info > 27) {
            throw new Malformed(what + ": indefinite length or reserved form at byte " + (at - 1));
        }
        int width = 1 << (info - 24);
        available(what, width);
        long value = 0;
        for (int i = 0; i < width; i++) {
            value = (value << 8) | (in[at++] & 0xff);
        }
        long least = info == 24 ? 24 : 1L << (width * 4);
        if (Long.compareUnsigned(value, least) < 0) {
            throw new Malformed(what + ": not the shortest form at byte " + (at - width - 1));
        }
        return value;
    }

    private int peek(String what) {
        available(what, 1);
        return in[at] & 0xff;
    }

    private void available(String what, int length) {
        if (end - at < length) {
            throw new Malformed(what + ": cut off at byte " + end);
        }
    }
}

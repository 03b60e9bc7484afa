package dev.musher.crdt.change;

import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Bytes compared by value; equal only to a value of the same class. Immutable. */
public abstract class ByteValue {

    private final byte[] bytes;

    /** A copy of {@code bytes}. */
    protected ByteValue(byte[] bytes) {
        this.bytes = bytes.clone();
    }

    /** A copy of exactly {@code length} bytes; {@link IllegalArgumentException} otherwise. */
    protected ByteValue(byte[] bytes, int length, String what) {
        this(bytes);
        if (bytes.length != length) {
            throw new IllegalArgumentException(
                    what + " has " + length + " bytes, not " + bytes.length);
        }
    }

    /** A fresh array. */
    public final byte[] bytes() {
        return bytes.clone();
    }

    /** Length in bytes. */
    public final int length() {
        return bytes.length;
    }

    @Override
    public final boolean equals(@Nullable Object other) {
        return other instanceof ByteValue o
                && o.getClass() == getClass()
                && Arrays.equals(bytes, o.bytes);
    }

    @Override
    public final int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** In lower-case hexadecimal digits. */
    @Override
    public final String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}

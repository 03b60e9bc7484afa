package dev.musher.crdt.change;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A value of exactly 32 bytes, held as four longs so that equality, order and hashing cost no array
 * walk. Ordered as unsigned bytes, which is the order of the encoded form.
 *
 * <p>Immutable; may be shared between threads.
 */
public abstract sealed class Bytes32 implements Comparable<Bytes32> permits ChangeId, DeviceId {

    /** Length of every value, in bytes. */
    public static final int LENGTH = 32;

    private static final int SHORT_DIGITS = 10;

    private final long a;
    private final long b;
    private final long c;
    private final long d;

    /**
     * Reads {@link #LENGTH} bytes from {@code offset}; {@code IndexOutOfBoundsException} if fewer.
     */
    protected Bytes32(byte[] bytes, int offset) {
        ByteBuffer in = ByteBuffer.wrap(bytes, offset, LENGTH);
        a = in.getLong();
        b = in.getLong();
        c = in.getLong();
        d = in.getLong();
    }

    /** A fresh array with the 32 bytes. */
    public final byte[] bytes() {
        byte[] out = new byte[LENGTH];
        put(out, 0);
        return out;
    }

    /** Writes the 32 bytes into {@code target} at {@code offset}. */
    public final void put(byte[] target, int offset) {
        ByteBuffer.wrap(target, offset, LENGTH).putLong(a).putLong(b).putLong(c).putLong(d);
    }

    /** The first eight bytes as a big-endian long: a prefix for indexes and short wire forms. */
    public final long prefix() {
        return a;
    }

    /** 64 lower-case hexadecimal digits. */
    public final String hex() {
        return HexFormat.of().formatHex(bytes());
    }

    /** The first 10 hexadecimal digits: what people see. */
    public final String shortText() {
        return HexFormat.of().toHexDigits(a).substring(0, SHORT_DIGITS);
    }

    @Override
    public final int compareTo(Bytes32 o) {
        int r = Long.compareUnsigned(a, o.a);
        r = r != 0 ? r : Long.compareUnsigned(b, o.b);
        r = r != 0 ? r : Long.compareUnsigned(c, o.c);
        return r != 0 ? r : Long.compareUnsigned(d, o.d);
    }

    @Override
    public final boolean equals(@Nullable Object other) {
        return other instanceof Bytes32 o
                && o.getClass() == getClass()
                && a == o.a
                && b == o.b
                && c == o.c
                && d == o.d;
    }

    @Override
    public final int hashCode() {
        // The bytes are a hash or a public key already: any 32 of the bits will do.
        return (int) (d ^ (d >>> 32));
    }

    @Override
    public final String toString() {
        return hex();
    }
}

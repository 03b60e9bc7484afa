package dev.musher.crdt.change;

import java.util.Arrays;

/** A byte string of any length, kept as it came and compared by value. Immutable. */
public final class Octets extends ByteValue {

    private Octets(byte[] bytes) {
        super(bytes);
    }

    /** A copy of the bytes. */
    public static Octets of(byte[] bytes) {
        return new Octets(bytes);
    }

    /** These bytes and one more, the low eight bits of {@code value}. */
    public Octets plus(int value) {
        byte[] longer = Arrays.copyOf(bytes(), length() + 1);
        longer[length()] = (byte) value;
        return new Octets(longer);
    }
}

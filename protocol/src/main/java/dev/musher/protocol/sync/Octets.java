package dev.musher.protocol.sync;

import java.util.Arrays;
import java.util.HexFormat;

/** A byte string compared by value. Immutable. */
final class Octets {
    private final byte[] bytes;

    private Octets(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A copy of the bytes. */
    static Octets of(byte[] bytes) {
        return new Octets(bytes.clone());
    }

    /** A fresh array. */
    byte[] bytes() {
        return bytes.clone();
    }

    /** Length in bytes. */
    int length() {
        return bytes.length;
    }

    /** These bytes and one more. */
    Octets plus(int value) {
        byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
        longer[bytes.length] = (byte) value;
        return new Octets(longer);
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof Octets other && Arrays.equals(bytes, other.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}

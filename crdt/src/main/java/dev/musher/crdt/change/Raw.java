package dev.musher.crdt.change;

import java.util.Arrays;

/** Bytes kept as they came, compared by value. Immutable. */
public final class Raw {

    private final byte[] bytes;

    /** A copy of {@code bytes}. */
    public Raw(byte[] bytes) {
        this.bytes = bytes.clone();
    }

    /** A fresh copy. */
    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof Raw r && Arrays.equals(bytes, r.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return bytes.length + " bytes";
    }
}

package dev.musher.protocol.sync;

import java.util.Arrays;

/** 32 random bytes, used for one connection only. Immutable. */
public final class Nonce {
    /** Length in bytes. */
    public static final int LENGTH = 32;

    private final byte[] bytes;

    private Nonce(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A copy of exactly 32 bytes from a cryptographic source of randomness. */
    public static Nonce of(byte[] bytes) {
        if (bytes.length != LENGTH) {
            throw new IllegalArgumentException("a nonce has 32 bytes, not " + bytes.length);
        }
        return new Nonce(bytes.clone());
    }

    /** A fresh array with the 32 bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof Nonce n && Arrays.equals(bytes, n.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "nonce";
    }
}

package dev.musher.protocol.sync;

import dev.musher.crdt.change.ByteValue;

/** 32 random bytes, used for one connection only. Immutable. */
public final class Nonce extends ByteValue {

    /** Length in bytes. */
    public static final int LENGTH = 32;

    private Nonce(byte[] bytes) {
        super(bytes, LENGTH, "a nonce");
    }

    /** A copy of exactly 32 bytes from a cryptographic source of randomness. */
    public static Nonce of(byte[] bytes) {
        return new Nonce(bytes);
    }
}

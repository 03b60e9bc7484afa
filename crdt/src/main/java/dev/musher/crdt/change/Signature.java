package dev.musher.crdt.change;

/** An Ed25519 signature: 64 bytes, compared by value. Immutable. */
public final class Signature extends ByteValue {

    /** Length in bytes. */
    public static final int LENGTH = 64;

    private Signature(byte[] bytes) {
        super(bytes, LENGTH, "a signature");
    }

    /** A copy of exactly 64 bytes; {@link IllegalArgumentException} otherwise. */
    public static Signature of(byte[] bytes) {
        return new Signature(bytes);
    }
}

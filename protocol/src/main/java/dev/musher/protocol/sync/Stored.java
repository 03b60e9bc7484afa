package dev.musher.protocol.sync;

import dev.musher.crdt.change.Signature;
import org.jspecify.annotations.Nullable;

/** A change as it lies in the store, not decoded: what is sent on is what was received. */
public final class Stored {
    private final byte[] bytes;
    private final @Nullable Signature signature;

    /**
     * @param bytes of the change, as its author made them; not copied
     * @param signature the author's, where it is kept
     */
    public Stored(byte[] bytes, @Nullable Signature signature) {
        this.bytes = bytes;
        this.signature = signature;
    }

    /** The bytes of the change. Do not write into them. */
    public byte[] bytes() {
        return bytes;
    }

    /** The signature over its id, or null where a later one of the chain covers it. */
    public @Nullable Signature signature() {
        return signature;
    }
}

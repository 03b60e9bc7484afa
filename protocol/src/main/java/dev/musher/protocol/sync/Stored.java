package dev.musher.protocol.sync;

import dev.musher.crdt.change.Signature;
import dev.musher.protocol.codec.Links;
import org.jspecify.annotations.Nullable;

/** A change as it lies in the store, not decoded: what is sent on is what was received. */
public final class Stored {
    private final byte[] bytes;
    private final @Nullable Signature signature;
    private final Links links;
    private final boolean outline;

    /** As {@link #Stored(byte[], boolean, Signature, Links)}, of a change with its body. */
    public Stored(byte[] bytes, @Nullable Signature signature, Links links) {
        this(bytes, false, signature, links);
    }

    /**
     * @param bytes of the change, as its author made them; not copied
     * @param outline whether an outline stands in place of the body
     * @param signature the author's, where it is kept
     * @param links headers between the change and what is signed
     */
    public Stored(byte[] bytes, boolean outline, @Nullable Signature signature, Links links) {
        this.bytes = bytes;
        this.outline = outline;
        this.signature = signature;
        this.links = links;
    }

    /** The bytes of the change. Do not write into them. */
    public byte[] bytes() {
        return bytes;
    }

    /** Whether an outline stands in place of the body. */
    public boolean isOutline() {
        return outline;
    }

    /** The signature that proves its author, or null where a later one of the chain does. */
    public @Nullable Signature signature() {
        return signature;
    }

    /** The headers between it and what is signed; empty where it is signed itself. */
    public Links links() {
        return links;
    }
}

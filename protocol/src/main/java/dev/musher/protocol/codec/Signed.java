package dev.musher.protocol.codec;

import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.Signature;
import org.jspecify.annotations.Nullable;

/**
 * A change and, beside it, its author's signature over its id, or null where a later signature of
 * the same chain covers it through the hash links: the unit of sending and storing. Immutable.
 * Holding one says nothing about whether the signature is good; {@link RunVerifier} says that.
 */
public record Signed(Change change, @Nullable Signature signature) {
    /** The same change without its signature. */
    public Signed unsigned() {
        return signature == null ? this : new Signed(change, null);
    }
}

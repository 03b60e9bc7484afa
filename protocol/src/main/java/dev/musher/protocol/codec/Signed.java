package dev.musher.protocol.codec;

import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Signature;
import org.jspecify.annotations.Nullable;

/**
 * A change and, beside it, its author's signature, or null where a later signature of the same
 * chain covers it through the hash links: the unit of sending and storing. Immutable. Holding one
 * says nothing about whether the signature is good; {@link RunVerifier} says that.
 *
 * @param signature over the id of the change, or over the one that {@code links} lead to
 * @param links headers between the change and what is signed; empty without a signature
 */
public record Signed(Change change, @Nullable Signature signature, Links links) {

    /** A change that is signed itself, or not at all. */
    public Signed(Change change, @Nullable Signature signature) {
        this(change, signature, Links.NONE);
    }

    /** The same change without its signature. */
    public Signed unsigned() {
        return signature == null ? this : new Signed(change, null);
    }

    /** The id that the signature has to be over; null where the links lead nowhere. */
    public @Nullable ChangeId signedId() {
        return links.isEmpty() ? change.id() : links.signedId(change);
    }
}

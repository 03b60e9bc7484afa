package dev.musher.protocol.sync;

import dev.musher.crdt.change.ChangeId;
import org.jspecify.annotations.Nullable;

/**
 * "I have this change", and so all before it on its chain: an entry of a vector.
 *
 * @param chain which chain
 * @param seq 1..2^31-1; 0 in a pull of a chain of which nothing is here
 * @param prefix the first 8 bytes of the change's id
 * @param id all of it, in a wide vector; null in a narrow one
 */
record Have(ChainKey chain, int seq, long prefix, @Nullable ChangeId id) {

    /** The head of a branch; its id must be there. */
    static Have of(ChainHead head, ChangeId id, boolean wide) {
        return new Have(ChainKey.of(head), head.seq(), id.prefix(), wide ? id : null);
    }

    /** A change of a branch that is not its head. */
    static Have at(ChainKey chain, int seq, ChangeId id, boolean wide) {
        return new Have(chain, seq, id.prefix(), wide ? id : null);
    }

    /** Whether that is the change meant. */
    boolean names(ChangeId other) {
        return id == null ? prefix == other.prefix() : id.equals(other);
    }
}

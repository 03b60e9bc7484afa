package dev.musher.crdt.type;

import dev.musher.crdt.change.Ref;

/**
 * A write that no counted write replaced. Ordered by (lamport, ref): the greatest is shown.
 *
 * @param ref the op that wrote it
 * @param lamport of its change
 */
public record Head<V>(Ref ref, long lamport, V value) {

    /** Below 0 if this one is older than {@code (lamport, ref)} in the order of heads. */
    int compareTo(long otherLamport, Ref otherRef) {
        int r = Long.compare(lamport, otherLamport);
        return r != 0 ? r : ref.compareTo(otherRef);
    }
}

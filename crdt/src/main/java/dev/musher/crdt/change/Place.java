package dev.musher.crdt.change;

import org.jspecify.annotations.Nullable;

/**
 * Where a change stands in this node's store: the local number of its branch and its sequence
 * number. A branch is a stretch of one chain without a fork in it; a fork opens a further branch.
 * Local: two nodes number branches differently, so places never travel.
 *
 * @param branch 0.. in order of first arrival
 * @param seq the change's sequence number in its chain, 1..2^31-1
 */
public record Place(int branch, int seq) {

    // By hand, here and in Ref: the ones that records get are linked at run time, and as keys of
    // maps these are compared so often in a first sync that it shows.

    @Override
    public boolean equals(@Nullable Object o) {
        return o instanceof Place p && branch == p.branch && seq == p.seq;
    }

    @Override
    public int hashCode() {
        return 31 * branch + seq;
    }
}

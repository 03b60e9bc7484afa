package dev.musher.protocol.sync;

import java.util.Arrays;
import java.util.BitSet;

/**
 * What a peer is known to have, by branch of this node. Two kinds of knowledge: a floor that it
 * showed, or that was sent to it; and an assumption, where it showed a later change of the chain
 * that is not here, so that what is here is most likely below it. A fork refutes the assumption.
 */
final class PeerVector {
    private final SyncView view;
    private int[] floor = new int[16];
    private final BitSet assumed = new BitSet();

    PeerVector(SyncView view) {
        this.view = view;
    }

    /** Up to which seq the peer has the branch; one below its start where nothing is known. */
    int seq(ChainHead head) {
        int known = head.branch() < floor.length ? floor[head.branch()] : 0;
        if (assumed.get(head.branch())) {
            return Math.max(known, head.seq());
        }
        return Math.max(known, head.start() - 1);
    }

    /** Whether the peer lacks the head. */
    boolean lacks(ChainHead head) {
        return seq(head) < head.seq();
    }

    /** The peer has a branch up to this change, and so what the branch forks from. */
    void raise(int branch, int seq) {
        int at = branch;
        int to = seq;
        while (at >= 0) {
            if (at >= floor.length) {
                floor = Arrays.copyOf(floor, Math.max(at + 1, floor.length * 2));
            }
            if (floor[at] >= to) {
                return;
            }
            floor[at] = to;
            ChainHead head = view.head(at);
            to = head.start() - 1;
            at = head.parent();
        }
    }

    /** The peer has the branch up to this change and no further. */
    void lower(int branch, int seq) {
        assumed.clear(branch);
        if (branch < floor.length) {
            floor[branch] = Math.min(floor[branch], seq);
        }
    }

    /** The peer shows a later change of the chain: it is taken to have what is here. */
    void assume(int branch) {
        assumed.set(branch);
    }

    /** A fork shows: only what the peer showed counts. */
    void refute(int branch) {
        assumed.clear(branch);
    }

    /** Forgets everything, before a whole vector is taken. */
    void clear() {
        Arrays.fill(floor, 0);
        assumed.clear();
    }

    /** The peer has all that is here. */
    void raiseAll() {
        assumed.clear();
        for (int branch = 0; branch < view.branches(); branch++) {
            raise(branch, view.head(branch).seq());
        }
    }
}

package dev.musher.protocol.sync;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Finds where chains fork. The side that sees a fork shows samples of its own branches, ever
 * sparser towards the beginning; the other answers with the last of them that it has too. What lies
 * between that and the fork is sent for nothing: less than the distance from there to the head.
 */
final class ForkSearch {
    /** Branches of one chain that samples are taken of: more than are told of any. */
    private static final int BRANCHES = 32;

    /** Samples of one branch, at most: its distances are powers of two. */
    private static final int PER_BRANCH = 34;

    private final SyncHub hub;
    private final SyncView view;
    private final PeerVector known;

    ForkSearch(SyncHub hub, PeerVector known) {
        this.hub = hub;
        this.view = hub.view();
        this.known = known;
    }

    /**
     * Samples of this side's branches of forked chains.
     *
     * @param theirs what the peer showed; samples begin at the seq it showed of the chain
     */
    List<Have> samples(Set<ChainKey> forks, List<Have> theirs, boolean wide) {
        Map<ChainKey, Integer> shown = new TreeMap<>();
        for (Have have : theirs) {
            if (forks.contains(have.chain())) {
                shown.merge(have.chain(), have.seq(), Math::max);
            }
        }
        Set<Have> samples = new LinkedHashSet<>();
        for (Map.Entry<ChainKey, Integer> fork : shown.entrySet()) {
            List<Integer> branches =
                    hub.branches(fork.getKey()).stream()
                            .filter(branch -> view.head(branch).id() != null)
                            .toList();
            int first = Math.max(0, branches.size() - BRANCHES);
            for (int branch : branches.subList(first, branches.size())) {
                if (samples.size() > Frames.SAMPLES - PER_BRANCH) {
                    return List.copyOf(samples);
                }
                sample(fork.getKey(), branch, fork.getValue(), wide, samples);
            }
        }
        return List.copyOf(samples);
    }

    /** Of the peer's samples those that are here too, the last of each branch. */
    List<Have> match(List<Have> samples) {
        for (Have sample : samples) {
            hub.branches(sample.chain()).forEach(known::refute);
        }
        Map<Integer, Have> last = new TreeMap<>();
        for (Have sample : samples) {
            int branch = hub.find(sample);
            if (branch >= 0) {
                known.raise(branch, sample.seq());
                last.merge(branch, sample, (a, b) -> a.seq() >= b.seq() ? a : b);
            }
        }
        return new ArrayList<>(last.values());
    }

    private void sample(ChainKey chain, int branch, int shown, boolean wide, Set<Have> samples) {
        int from = Math.min(shown, view.head(branch).seq());
        for (int back = 0; from - back >= 1; back = back == 0 ? 1 : back * 2) {
            samples.add(at(chain, branch, from - back, wide));
        }
        if (from >= 1) {
            samples.add(at(chain, branch, 1, wide));
        }
    }

    private Have at(ChainKey chain, int branch, int seq, boolean wide) {
        ChainHead head = view.head(branch);
        while (seq < head.start()) {
            head = view.head(head.parent());
        }
        return Have.at(chain, seq, hub.id(head, seq), wide);
    }
}

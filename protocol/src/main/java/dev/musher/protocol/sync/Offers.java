package dev.musher.protocol.sync;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a peer has and this node has not, as far as it showed. Bounded by chains and by entries a
 * chain; what is beyond comes with a later exchange.
 */
final class Offers {
    /** Entries kept of one chain: more than are told of one that has too many heads. */
    private static final int PER_CHAIN = 32;

    /** Pulls that brought nothing, after which an offer is dropped until the next exchange. */
    private static final int TRIES = 3;

    private static final class Offer {
        private final List<Have> haves = new ArrayList<>(1);
        private int tries;
        private int askedSeq;

        private int lastSeq() {
            int last = 0;
            for (Have have : haves) {
                last = Math.max(last, have.seq());
            }
            return last;
        }
    }

    private final SyncHub hub;
    private final Map<ChainKey, Offer> byChain = new TreeMap<>();
    private int size;

    Offers(SyncHub hub) {
        this.hub = hub;
    }

    boolean isEmpty() {
        return byChain.isEmpty();
    }

    /** Chains with an offer, in order. */
    List<ChainKey> chains() {
        return new ArrayList<>(byChain.keySet());
    }

    boolean contains(ChainKey chain) {
        return byChain.containsKey(chain);
    }

    /** Takes an entry that is not here. */
    void add(Have have) {
        if (size >= Frames.HAVES_TOTAL) {
            return;
        }
        Offer offer = byChain.computeIfAbsent(have.chain(), k -> new Offer());
        if (offer.haves.contains(have)) {
            return;
        }
        if (offer.haves.size() == PER_CHAIN) {
            offer.haves.removeFirst();
            size--;
        }
        offer.haves.add(have);
        offer.tries = 0;
        size++;
    }

    /** Drops the offers of a chain that are here by now, and notes that the peer has them. */
    void settle(ChainKey chain, PeerVector known) {
        Offer offer = byChain.get(chain);
        if (offer == null) {
            return;
        }
        offer.haves.removeIf(have -> {
            int branch = hub.find(have);
            if (branch >= 0) {
                known.raise(branch, have.seq());
                size--;
            }
            return branch >= 0;
        });
        if (offer.haves.isEmpty()) {
            byChain.remove(chain);
        }
    }

    /** Counts a pull of the chain; false when it was tried enough and the offer is dropped. */
    boolean mayTry(ChainKey chain) {
        Offer offer = byChain.get(chain);
        if (offer == null) {
            return false;
        }
        if (++offer.tries > TRIES) {
            size -= offer.haves.size();
            byChain.remove(chain);
            return false;
        }
        offer.askedSeq = offer.lastSeq();
        return true;
    }

    /** What is offered of the chain, up to {@code seq}, is on its way, or here and not durable. */
    void asked(ChainKey chain, int seq) {
        Offer offer = byChain.get(chain);
        if (offer != null) {
            offer.askedSeq = Math.max(offer.askedSeq, Math.min(seq, offer.lastSeq()));
        }
    }

    /** Whether nothing was offered beyond what is on its way. */
    boolean isAsked(ChainKey chain) {
        Offer offer = byChain.get(chain);
        return offer != null && offer.lastSeq() <= offer.askedSeq;
    }

    /** Whether what goes up to this change is on its way because it was asked for. */
    boolean isAsked(Have last) {
        Offer offer = byChain.get(last.chain());
        return offer != null && last.seq() <= offer.askedSeq;
    }

    /** What a pull of the chain says is here already. */
    Have here(ChainKey chain) {
        Have best = new Have(chain, 0, 0, null);
        for (int branch : hub.branches(chain)) {
            ChainHead head = hub.view().head(branch);
            if (head.id() != null && head.seq() > best.seq()) {
                best = Have.of(head, head.id(), false);
            }
        }
        return best;
    }

    /** Changes that are missing here, as far as sequence numbers tell. */
    long missing() {
        long sum = 0;
        for (Map.Entry<ChainKey, Offer> entry : byChain.entrySet()) {
            sum += Math.max(1, entry.getValue().lastSeq() - (long) here(entry.getKey()).seq());
        }
        return sum;
    }

    void clear() {
        byChain.clear();
        size = 0;
    }
}

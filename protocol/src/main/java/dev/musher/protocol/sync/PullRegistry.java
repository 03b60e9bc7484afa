package dev.musher.protocol.sync;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which session brings which chain now, so that each change comes over one link. A claim ends when
 * what it was made for is here, when its session ends, or when that brought nothing for a while and
 * another session wants the chain. At most one claim a chain.
 */
final class PullRegistry {
    private final long pullMs;
    private final Map<ChainKey, Puller> claims = new TreeMap<>();
    private @Nullable Puller exchanging;

    /**
     * @param pullMs after so long without progress a claim may be taken over
     */
    PullRegistry(long pullMs) {
        this.pullMs = pullMs;
    }

    /** Whether the session may bring the chain; it then has the claim. */
    boolean claim(ChainKey chain, Puller puller, long nowMs) {
        Puller holder = claims.get(chain);
        if (holder != null && holder != puller && !holder.isStale(nowMs, pullMs)) {
            return false;
        }
        if (holder != puller) {
            claims.put(chain, puller);
            puller.progressed(nowMs);
        }
        return true;
    }

    /** Ends the session's claim, if it has it. */
    void release(ChainKey chain, Puller puller) {
        claims.remove(chain, puller);
    }

    /**
     * Whether the peer of this session may send what is missing here unasked. One at a time: after
     * a partition heals, every link misses the same.
     */
    boolean exchange(Puller puller, long nowMs) {
        if (exchanging != null && exchanging != puller && !exchanging.isStale(nowMs, pullMs)) {
            return false;
        }
        if (exchanging != puller) {
            exchanging = puller;
            puller.progressed(nowMs);
        }
        return true;
    }

    /** What was missing is here. */
    void exchanged(Puller puller) {
        if (exchanging == puller) {
            exchanging = null;
        }
    }

    /** Ends all claims of the session. */
    void releaseAll(Puller puller) {
        claims.values().removeIf(holder -> holder == puller);
    }

    /** The session is over. */
    void leave(Puller puller) {
        releaseAll(puller);
        exchanged(puller);
    }
}

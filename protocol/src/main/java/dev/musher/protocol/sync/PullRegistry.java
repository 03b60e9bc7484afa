package dev.musher.protocol.sync;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which session brings which chain now, so that each change comes over one link. A claim ends when
 * what it was made for is here, when its session ends, or when another session wants the chain and
 * the first brought nothing at all for a while, or nothing of this chain for a longer one (else a
 * peer that trickles could keep a chain from everybody). At most one claim a chain.
 */
final class PullRegistry {
    /** Times {@code pullMs} that a chain may stand still while its session brings others. */
    private static final int PATIENCE = 3;

    private record Claim(Puller puller, long sinceMs) {}

    private final long pullMs;
    private final Map<ChainKey, Claim> claims = new TreeMap<>();
    private @Nullable Puller exchanging;
    private boolean undecided;

    /**
     * @param pullMs after so long without progress a claim may be taken over
     */
    PullRegistry(long pullMs) {
        this.pullMs = pullMs;
    }

    /** Whether the session may bring the chain; it then has the claim. */
    boolean claim(ChainKey chain, Puller puller, long nowMs) {
        Claim held = claims.get(chain);
        if (held != null && held.puller() == puller) {
            return true;
        }
        if (held != null
                && !held.puller().isStale(nowMs, pullMs)
                && nowMs - held.sinceMs() < PATIENCE * pullMs) {
            return false;
        }
        claims.put(chain, new Claim(puller, nowMs));
        puller.progressed(nowMs);
        return true;
    }

    /** Changes of the chain came over the session: its claim, if it has it, begins anew. */
    void progressed(ChainKey chain, Puller puller, long nowMs) {
        claims.computeIfPresent(
                chain, (k, held) -> held.puller() == puller ? new Claim(puller, nowMs) : held);
    }

    /** Ends the session's claim, if it has it. */
    void release(ChainKey chain, Puller puller) {
        Claim held = claims.get(chain);
        if (held != null && held.puller() == puller) {
            claims.remove(chain);
        }
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
        undecided = true;
        return true;
    }

    /** The peer that may send unasked has said whether it does. */
    void decided(Puller puller) {
        if (exchanging == puller) {
            undecided = false;
        }
    }

    /**
     * Whether another session than this one waits for its peer to say if it sends all that is
     * missing: what is asked for meanwhile would come twice.
     */
    boolean mayComeUnasked(Puller puller, long nowMs) {
        Puller other = exchanging;
        return undecided && other != null && other != puller && !other.isStale(nowMs, pullMs);
    }

    /** What was missing is here. */
    void exchanged(Puller puller) {
        if (exchanging == puller) {
            exchanging = null;
        }
    }

    /** Ends all claims of the session. */
    void releaseAll(Puller puller) {
        claims.values().removeIf(held -> held.puller() == puller);
    }

    /** The session is over. */
    void leave(Puller puller) {
        releaseAll(puller);
        exchanged(puller);
    }
}

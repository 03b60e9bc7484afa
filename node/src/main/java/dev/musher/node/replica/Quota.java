package dev.musher.node.replica;

import dev.musher.crdt.change.DeviceId;
import dev.musher.protocol.codec.Signed;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How many live changes a device may write: a bucket of {@value #MOST} that fills by {@value
 * #A_SECOND} a second. More is taken in later, in its order, and never refused: what a device wrote
 * is its word, and by and by every node has it. So whoever writes without end leaves the core to
 * others; the rest waits with the peer that sent it, whose credit ends.
 *
 * <p>Counted by author, over whatever link it came; what was asked for is not counted, or a node
 * that was away could never catch up. Core thread only.
 */
final class Quota {

    /**
     * Changes at once: some minutes of a busy team, or an import of some thousand issues. At ten
     * thousand a second it is used up after two.
     */
    static final int MOST = 20_000;

    /** Changes a second from then on. */
    static final int A_SECOND = 1_000;

    /** Authors from which on those with a full bucket are forgotten. */
    private static final int AUTHORS = 256;

    private static final class Bucket {
        private double left = MOST;
        private long atMs;

        private void fill(long nowMs) {
            left = Math.min(MOST, left + Math.max(0, nowMs - atMs) * (A_SECOND / 1_000.0));
            atMs = nowMs;
        }
    }

    private final SortedMap<DeviceId, Bucket> buckets = new TreeMap<>(DeviceId::compareTo);

    /** Counts changes that nobody asked for; how long they are to wait, ms, 0 for not at all. */
    long count(List<Signed> live, long nowMs) {
        long waitMs = 0;
        for (Signed signed : live) {
            Bucket of = bucket(signed.change().device(), nowMs);
            of.left--;
            waitMs = Math.max(waitMs, (long) (-of.left * 1_000 / A_SECOND));
        }
        return waitMs;
    }

    private Bucket bucket(DeviceId author, long nowMs) {
        Bucket known = buckets.get(author);
        if (known == null) {
            if (buckets.size() >= AUTHORS) {
                buckets.values()
                        .removeIf(bucket -> {
                            bucket.fill(nowMs);
                            return bucket.left >= MOST;
                        });
            }
            known = new Bucket();
            known.atMs = nowMs;
            buckets.put(author, known);
        }
        known.fill(nowMs);
        return known;
    }
}

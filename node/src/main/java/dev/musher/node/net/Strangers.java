package dev.musher.node.net;

import java.util.Map;
import java.util.TreeMap;

/**
 * How many sockets are open whose other end has not proved who it is, and how fast they come, by
 * {@link Network}. So whoever knocks without end takes a bounded part of memory and processor, from
 * which those who proved themselves are spared; honest callers from the same place come in between,
 * since they try again. Thread safe.
 */
public final class Strangers {

    /**
     * How many are taken.
     *
     * @param openPerNetwork open at one time from one network
     * @param open open at one time
     * @param burst taken from one network at once
     * @param eachMs one more is taken each so many ms
     */
    public record Bounds(int openPerNetwork, int open, int burst, long eachMs) {}

    /** Networks remembered, beyond those with open sockets, until they may come at once again. */
    private static final int REMEMBERED = 4_096;

    private final class Origin {
        int open;
        long left = bounds.burst;
        long atMs;

        void refill(long nowMs) {
            long more = Math.max(0, (nowMs - atMs) / bounds.eachMs);
            left = Math.min(bounds.burst, left + more);
            atMs = left == bounds.burst ? nowMs : atMs + more * bounds.eachMs;
        }
    }

    private final Bounds bounds;
    private final Map<String, Origin> origins = new TreeMap<>();
    private int open;

    /** None are open. */
    public Strangers(Bounds bounds) {
        this.bounds = bounds;
    }

    /**
     * Whether one more is taken; then it must {@link #left} once.
     *
     * @param network see {@link Network#of}
     * @param nowMs monotonic
     */
    public synchronized boolean came(String network, long nowMs) {
        if (origins.size() >= REMEMBERED) {
            origins.values()
                    .removeIf(a -> {
                        a.refill(nowMs);
                        return a.open == 0 && a.left == bounds.burst;
                    });
            if (origins.size() >= REMEMBERED && !origins.containsKey(network)) {
                return false;
            }
        }
        Origin from = origins.computeIfAbsent(network, key -> new Origin());
        from.refill(nowMs);
        if (from.left == 0 || from.open >= bounds.openPerNetwork || open >= bounds.open) {
            return false;
        }
        from.left--;
        from.open++;
        open++;
        return true;
    }

    /** One of them is closed, or a stranger no longer. */
    public synchronized void left(String network) {
        Origin from = origins.get(network);
        if (from == null || from.open == 0) {
            throw new IllegalStateException("nobody came from " + network);
        }
        from.open--;
        open--;
    }
}

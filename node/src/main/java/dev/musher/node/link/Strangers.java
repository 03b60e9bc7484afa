package dev.musher.node.link;

import java.util.HashMap;
import java.util.Map;

/**
 * How many sockets are open whose other end has not proved who it is, and how fast they come, by
 * address. So whoever knocks without end takes a bounded part of memory and processor, from which
 * those who proved themselves are spared; honest nodes at the same address come in between, since
 * they try again. Thread safe.
 */
final class Strangers {

    /** Open at one time from one address. */
    static final int OPEN_PER_ADDRESS = 32;

    /** Open at one time. */
    static final int OPEN = 256;

    /** Taken from one address at once. */
    static final int BURST = 128;

    /** One more is taken each so many ms. */
    static final long EACH_MS = 50;

    /** Addresses remembered, beyond those with open sockets, until they may come at once again. */
    private static final int REMEMBERED = 4_096;

    private static final class Address {
        int open;
        long left = BURST;
        long atMs;

        void refill(long nowMs) {
            long more = Math.max(0, (nowMs - atMs) / EACH_MS);
            left = Math.min(BURST, left + more);
            atMs = left == BURST ? nowMs : atMs + more * EACH_MS;
        }
    }

    private final Map<String, Address> addresses = new HashMap<>();
    private int open;

    /**
     * Whether one more is taken; then it must {@link #left} once.
     *
     * @param nowMs monotonic
     */
    synchronized boolean came(String host, long nowMs) {
        if (addresses.size() >= REMEMBERED) {
            addresses
                    .values()
                    .removeIf(a -> {
                        a.refill(nowMs);
                        return a.open == 0 && a.left == BURST;
                    });
            if (addresses.size() >= REMEMBERED && !addresses.containsKey(host)) {
                return false;
            }
        }
        Address from = addresses.computeIfAbsent(host, key -> new Address());
        from.refill(nowMs);
        if (from.left == 0 || from.open >= OPEN_PER_ADDRESS || open >= OPEN) {
            return false;
        }
        from.left--;
        from.open++;
        open++;
        return true;
    }

    /** One of them is closed, or a stranger no longer. */
    synchronized void left(String host) {
        Address from = addresses.get(host);
        if (from == null || from.open == 0) {
            throw new IllegalStateException("nobody came from " + host);
        }
        from.open--;
        open--;
    }
}

package dev.musher.protocol.sync;

/**
 * How much a peer may ask: a bucket of {@value #MOST} points that fills by {@value #A_SECOND} a
 * second. Frames of changes have their credit and acknowledgements answer something, so neither
 * costs; everything else does, about one point for each 100 us of work it makes.
 */
final class Budget {
    private static final long MOST = 2_000;
    private static final long A_SECOND = 200;

    private long points = MOST * 1_000;
    private long atMs;

    Budget(long nowMs) {
        atMs = nowMs;
    }

    /** Takes points; false when there are not so many. */
    boolean take(long cost, long nowMs) {
        long passed = Math.clamp(nowMs - atMs, 0, 60_000);
        atMs = nowMs;
        points = Math.min(MOST * 1_000, points + passed * A_SECOND);
        if (points < cost * 1_000) {
            return false;
        }
        points -= cost * 1_000;
        return true;
    }
}

package dev.musher.protocol.sync;

/**
 * How much a device may ask and waste: a bucket of {@value #MOST} points that fills by {@value
 * #A_SECOND} a second. Acknowledgements that answer something and changes that are taken in cost
 * nothing, as they have their credit; everything else does, about one point for each 100 us of work
 * it makes. So no device takes more than a fiftieth of a processor for long, however often it comes
 * back: the bucket is the device's, not the socket's ({@link SyncHub#budget}). Not thread safe.
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
        fill(nowMs);
        if (points < cost * 1_000) {
            return false;
        }
        points -= cost * 1_000;
        return true;
    }

    /** Takes points for what was done already, into debt of as much as the bucket holds. */
    void owe(long cost, long nowMs) {
        fill(nowMs);
        points = Math.max(-MOST * 1_000, points - Math.min(cost, 2 * MOST) * 1_000);
    }

    /** Whether it is as a new one would be. */
    boolean isFull(long nowMs) {
        fill(nowMs);
        return points == MOST * 1_000;
    }

    private void fill(long nowMs) {
        long passed = Math.clamp(nowMs - atMs, 0, 60_000);
        atMs = nowMs;
        points = Math.min(MOST * 1_000, points + passed * A_SECOND);
    }
}

package dev.musher.protocol.sync;

/**
 * The settings of sync that a node may choose; what both ends must share is in {@link Frames}.
 *
 * @param windowBytes bytes of changes a peer may send ahead of {@link PeerSession#applied}, at
 *     least 2 MiB
 * @param pushChanges differences up to this many changes are sent unasked in the exchange; more are
 *     pulled, from one peer at a time
 * @param announceMs heads of others' changes are announced at most this often
 * @param pullMs a pull that brought nothing for this long may be asked of another peer
 * @param stallMs a peer that leaves changes unacknowledged, or a probe unanswered, for this long is
 *     dropped
 * @param handshakeMs time to prove who one is
 */
public record SyncLimits(
        int windowBytes,
        int pushChanges,
        long announceMs,
        long pullMs,
        long stallMs,
        long handshakeMs) {

    /** What the design says. */
    public static final SyncLimits DEFAULT =
            new SyncLimits(8 * 1024 * 1024, 1_000, 50, 5_000, 60_000, 5_000);

    /** Checks the ranges. */
    public SyncLimits {
        if (windowBytes < 2 * 1024 * 1024
                || pushChanges < 0
                || announceMs < 0
                || pullMs < 1
                || stallMs < 1
                || handshakeMs < 1) {
            throw new IllegalArgumentException("limits of sync out of range");
        }
    }
}

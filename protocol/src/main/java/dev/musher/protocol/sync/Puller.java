package dev.musher.protocol.sync;

/** One session in the {@link PullRegistry}: since when it brought nothing. Compared by identity. */
final class Puller {
    private long progressMs;

    Puller(long nowMs) {
        progressMs = nowMs;
    }

    void progressed(long nowMs) {
        progressMs = nowMs;
    }

    boolean isStale(long nowMs, long pullMs) {
        return nowMs - progressMs >= pullMs;
    }
}

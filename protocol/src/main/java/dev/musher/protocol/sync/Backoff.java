package dev.musher.protocol.sync;

import java.util.random.RandomGenerator;

/**
 * When to dial again: 100 ms x 2^k up to 8 s, of which a random half is taken off, so that the
 * peers of a node that comes back do not come back all at once. Not thread safe.
 */
public final class Backoff {
    /** The first delay, ms, before jitter. */
    public static final long FIRST_MS = 100;

    /** The longest delay, ms, before jitter. */
    public static final long LONGEST_MS = 8_000;

    private int failures;

    /**
     * The delay before the next attempt, ms: from half of the step to all of it.
     *
     * @param random the caller's, seeded
     */
    public long nextMs(RandomGenerator random) {
        long step = Math.min(LONGEST_MS, FIRST_MS << Math.min(failures, 10));
        failures++;
        return step - random.nextLong(step / 2 + 1);
    }

    /** Begins again at the first step: called when a session was established. */
    public void succeeded() {
        failures = 0;
    }

    /** Attempts since the last success. */
    public int failures() {
        return failures;
    }
}

package dev.musher.ops.fuzz;

import java.util.concurrent.TimeUnit;

/**
 * What Jazzer calls: one input for the target named by the property {@code musher.fuzz.target}.
 * Ends with a finding where a decoder throws what it does not declare, or takes longer than it may.
 */
public final class Fuzzed {

    /** A busy machine makes one run slow, not each of so many. */
    private static final int TRIES = 5;

    private Fuzzed() {}

    /** One input. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        FuzzTarget target = FuzzTarget.valueOf(System.getProperty("musher.fuzz.target"));
        long best = Long.MAX_VALUE;
        for (int i = 0; i < TRIES && best > FuzzTarget.LIMIT_MS; i++) {
            long began = System.nanoTime();
            target.takes(bytes);
            best = Math.min(best, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
        }
        if (best > FuzzTarget.LIMIT_MS) {
            throw new IllegalStateException(
                    target.word() + " took " + best + " ms, at most " + FuzzTarget.LIMIT_MS);
        }
    }
}

package dev.musher.ops.load;

/**
 * What a run of crashes is made of.
 *
 * @param cycles kills
 * @param seed decides requests and the moments of the kills
 * @param callers that write at once
 * @param killMsMin earliest moment of a kill, from the beginning of the load
 * @param killMsMax latest moment
 * @param changesMax a home with so many changes is closed, checked whole, and followed by a new one
 * @param secondEvery cycles from one try of a second process on the home to the next
 * @param readySMax how long a start may take before it counts as a breach, in seconds
 */
record CrashOptions(
        int cycles,
        long seed,
        int callers,
        int killMsMin,
        int killMsMax,
        int changesMax,
        int secondEvery,
        long readySMax) {

    /** The row's figures: a kill after 20 to 2,000 ms, homes of up to 100,000 changes. */
    static CrashOptions of(int cycles, long seed, long readySMax) {
        return new CrashOptions(cycles, seed, 8, 20, 2_000, 100_000, 5, readySMax);
    }
}

package dev.musher.ops.bench;

import org.jspecify.annotations.Nullable;

/**
 * One line of the table.
 *
 * @param name what was measured
 * @param value with its unit
 * @param limit what the machine allows, measured in the same run, or null
 * @param goal what was to be reached
 * @param met whether it was; null where there is no goal
 * @param how corpus, processes, and whether both ends shared the cores
 */
public record Figure(
        String name,
        String value,
        @Nullable String limit,
        @Nullable String goal,
        @Nullable Boolean met,
        String how) {

    /** A figure without a goal. */
    static Figure plain(String name, String value, String how) {
        return new Figure(name, value, null, null, null, how);
    }
}

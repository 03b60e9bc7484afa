package dev.musher.protocol.sync;

import dev.musher.crdt.change.ChangeId;
import org.jspecify.annotations.Nullable;

/**
 * What two nodes compare (P0). Equal heads mean equal sets of changes; then equal rules must give
 * equal states.
 *
 * @param heads SHA-256 over the live heads
 * @param state the digest of the state, or null while there is none to compare (the node is
 *     settling, or does not know the project's rules)
 * @param rules the version of the rules the state was made by, 1..1,000,000
 */
public record Status(ChangeId heads, @Nullable ChangeId state, int rules) {
    /** Whether both hold the same changes. */
    public boolean sameHeads(Status other) {
        return heads.equals(other.heads);
    }

    /** Whether both must have made one state of the same changes, and did not. */
    public boolean contradicts(Status other) {
        return sameHeads(other)
                && rules == other.rules
                && state != null
                && other.state != null
                && !state.equals(other.state);
    }
}

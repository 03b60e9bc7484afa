package dev.musher.crdt;

import dev.musher.crdt.change.Role;
import org.jspecify.annotations.Nullable;

/**
 * Changes of a branch, {@code from} to {@code to}, that a new membership judges otherwise, or may:
 * all their ops where the roles are null, else those that the two roles judge otherwise.
 */
record Flip(int branch, int from, int to, @Nullable Role before, @Nullable Role after) {

    long changes() {
        return (long) to - from + 1;
    }
}

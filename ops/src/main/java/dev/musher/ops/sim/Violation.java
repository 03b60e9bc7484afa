package dev.musher.ops.sim;

/** An invariant does not hold. The message says which, where, and what was found. */
public final class Violation extends RuntimeException {

    private static final long serialVersionUID = 1L;

    Violation(String invariant, String what) {
        super(invariant + ": " + what);
    }
}

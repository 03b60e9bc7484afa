package dev.musher.crdt.change;

/**
 * Bytes that are not what they claim to be. The message names what was wrong and where; the bytes
 * had no effect. The only thing a decoder of this project throws for bad input.
 */
public final class Malformed extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What was wrong, for example {@code "op 3: reason of 4000 bytes, at most 2048"}. */
    public Malformed(String message) {
        // No stack trace: hostile input must not be able to buy one with every frame.
        super(message, null, false, false);
    }
}

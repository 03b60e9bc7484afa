package dev.musher.node;

/** The home cannot be used; the message says why and what to do. */
public final class HomeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** With a text for people. */
    public HomeException(String message) {
        super(message);
    }

    /** With a text for people and what the system said. */
    public HomeException(String message, Throwable cause) {
        super(message, cause);
    }
}

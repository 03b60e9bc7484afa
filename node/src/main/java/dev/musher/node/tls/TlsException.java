package dev.musher.node.tls;

/** A certificate or key cannot be used; the message says which and what to do. */
public final class TlsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** For people. */
    public TlsException(String message) {
        super(message);
    }

    /** For people, with what was found. */
    public TlsException(String message, Throwable cause) {
        super(message, cause);
    }
}

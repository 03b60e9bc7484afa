package dev.musher.protocol.json;

import java.util.Locale;

/**
 * Why something was refused, named by the caller's next move. {@link #word()} is stable: programs
 * test it. {@link #status()} is the HTTP status it travels with.
 */
public enum Code {
    /** The input is not what the interface takes: mend it and send it again. */
    INVALID(400, "The input is not valid"),
    /** No token or cookie, or one that is not known here: sign in. */
    UNAUTHENTICATED(401, "Sign in first"),
    /** The caller may not do this: ask somebody whose role allows it. */
    NOT_ALLOWED(403, "Not allowed"),
    /** A browser's request came from another page: open the page of this node. */
    FOREIGN_ORIGIN(403, "Request from another origin"),
    /** No such route: see {@code /openapi.yaml}. */
    UNKNOWN_ROUTE(404, "No such route"),
    /** The reference names nothing: look the item up again. */
    UNKNOWN_REFERENCE(404, "Unknown reference"),
    /** The route exists, but not with this method. */
    METHOD_NOT_ALLOWED(405, "Method not allowed"),
    /** Several items answer to the reference; all are named: pick one. */
    AMBIGUOUS_REFERENCE(409, "Ambiguous reference"),
    /** The table has no such event from the item's stage; both are named. */
    ILLEGAL_TRANSITION(409, "Illegal transition"),
    /** What the caller saw is not something this node can relate to: read again, then decide. */
    STALE(409, "Stale version"),
    /** The state does not allow this now; the text says what has to happen first. */
    CONFLICT(409, "Not possible in the present state"),
    /** An idempotency key was used before for other content: take a fresh key. */
    KEY_REUSED(409, "Idempotency key used for other content"),
    /** The cursor is of another store or older than what is kept: read the state again. */
    RESYNC(410, "Unknown cursor"),
    /** Larger than a bound; the bound is named. */
    TOO_LARGE(413, "Too large"),
    /** The body is not JSON by its Content-Type. */
    UNSUPPORTED_TYPE(415, "Unsupported content type"),
    /** The Host header names a server that this is not. */
    WRONG_HOST(421, "Wrong host"),
    /** Too many at once: wait, then try again. */
    BUSY(429, "Too many at once"),
    /** A fault of this program; its log has more. */
    INTERNAL(500, "Internal error"),
    /** Starting, stopping or cut off from what it needs: try again later. */
    UNAVAILABLE(503, "Not available now"),
    /**
     * The project follows rules that this build does not know: get a newer one; reading goes on.
     */
    UPDATE_NEEDED(503, "Update needed"),
    /** The disk is full: nothing was written; free some space. */
    DISK_FULL(507, "Disk full"),
    /** The write may or may not be there: try again with the same idempotency key. */
    OUTCOME_UNKNOWN(503, "Outcome unknown");

    private final int status;
    private final String title;

    Code(int status, String title) {
        this.status = status;
        this.title = title;
    }

    /** The stable word, for example {@code illegal_transition}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** The same short text for every refusal of this kind (RFC 9457: {@code title}). */
    public String title() {
        return title;
    }
}

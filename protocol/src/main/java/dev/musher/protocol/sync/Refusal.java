package dev.musher.protocol.sync;

/**
 * Why a session ended. The code travels in the last frame (except before the handshake is done: an
 * outsider is told nothing); the text beside it is for people.
 */
public enum Refusal {
    /** This node is stopping, or needs the socket for something else. No fault. */
    GOING(0, 0),
    /** Bytes that are not a frame, or a frame that may not come now. */
    MALFORMED(1, 600_000),
    /** The proof does not fit, or the key is not a member's. Not told before the handshake. */
    STRANGER(2, 10_000),
    /** More than 64 KiB or 5 s before the handshake was done. */
    HANDSHAKE_BOUND(3, 10_000),
    /** No protocol version in common. */
    VERSION(4, 60_000),
    /** A lower protocol level than the device showed before. */
    DOWNGRADE(5, 60_000),
    /** A change with a signature that is not good. */
    BAD_SIGNATURE(6, 600_000),
    /** A change of another project. */
    OTHER_PROJECT(7, 600_000),
    /** More bytes of changes than were granted. */
    OVER_CREDIT(8, 600_000),
    /**
     * More questions than a peer has use for. No proof of ill will: a healed network brings many
     * sockets of one honest device at once. What it did is owed when it comes back.
     */
    FLOOD(9, 10_000),
    /** What was sent to it, or asked of it, stayed unanswered too long. */
    SLOW(10, 1_000),
    /** An invite that is unknown, used, or older than its time. */
    INVITE(11, 10_000),
    /** The other end is this node itself. */
    SELF(12, 0),
    /** A cut names the device. It is told, as it was a member and proved its key. */
    REVOKED(13, 60_000),
    /** The other end ended the session; its reason is in the text. */
    BY_PEER(14, 0),
    /** The same, and the reason is that a cut names this node's device. */
    SHUT_OUT(15, 10_000);

    private final int code;
    private final long penaltyMs;

    Refusal(int code, long penaltyMs) {
        this.code = code;
        this.penaltyMs = penaltyMs;
    }

    /** Number on the wire; never reused. */
    public int code() {
        return code;
    }

    /** How long the caller should take no socket from, and make none to, that end; ms. */
    public long penaltyMs() {
        return penaltyMs;
    }
}

package dev.musher.protocol.crypto;

import java.nio.charset.StandardCharsets;

/**
 * What a signature is about. The bytes given to the signature scheme are
 *
 * <pre>
 *     prefix || message          prefix = ASCII "musher/" + name + "/v1" followed by one zero byte
 * </pre>
 *
 * so that a signature made for one purpose never passes for another (an answer to a handshake
 * challenge of 32 bytes would otherwise be a signature over a change whose id equals the
 * challenge). No prefix is the beginning of another, as each ends at its only zero byte; the pair
 * (domain, message) is therefore read back from the signed bytes in one way only. The prefixes are
 * part of the wire format: a constant may be added, none may change.
 */
public enum Domain {
    /** The 32-byte id of a change: {@code "musher/change/v1\0"}. */
    CHANGE("musher/change/v1"),
    /** The transcript of a peer handshake: {@code "musher/handshake/v1\0"}. */
    HANDSHAKE("musher/handshake/v1"),
    /** Reserved for an invite that is signed: {@code "musher/invite/v1\0"}. */
    INVITE("musher/invite/v1"),
    /**
     * Reserved for a heartbeat or presence message, newest wins, outside the history: {@code
     * "musher/presence/v1\0"}.
     */
    PRESENCE("musher/presence/v1");

    private final byte[] prefix;

    Domain(String name) {
        this.prefix = (name + "\0").getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * The bytes that are signed for a message in this domain: a new array, the prefix and then the
     * message.
     *
     * @param message any length; not kept
     */
    public byte[] signedBytes(byte[] message) {
        byte[] signed = new byte[prefix.length + message.length];
        System.arraycopy(prefix, 0, signed, 0, prefix.length);
        System.arraycopy(message, 0, signed, prefix.length, message.length);
        return signed;
    }
}

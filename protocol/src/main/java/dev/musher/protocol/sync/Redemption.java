package dev.musher.protocol.sync;

import dev.musher.crdt.change.DeviceId;

/** A newcomer's claim to hold an invite of this node. Immutable. */
public final class Redemption {
    private final long invite;
    private final DeviceId device;
    private final String label;
    private final byte[] transcript;
    private final byte[] tag;

    Redemption(long invite, DeviceId device, String label, byte[] transcript, byte[] tag) {
        this.invite = invite;
        this.device = device;
        this.label = label;
        this.transcript = transcript;
        this.tag = tag;
    }

    /** {@link Invite#number} of the invite it claims to hold. */
    public long invite() {
        return invite;
    }

    /** The newcomer's key; it has shown that it holds the secret half. */
    public DeviceId device() {
        return device;
    }

    /** What the newcomer calls itself, at most 300 characters; untrusted text. */
    public String label() {
        return label;
    }

    /**
     * Whether it was made by someone who knows the invite's secret, for this very connection.
     *
     * @param secret {@link Invite#SECRET_BYTES} bytes
     */
    public boolean provedBy(byte[] secret) {
        return java.security.MessageDigest.isEqual(tag, Invite.tag(secret, transcript));
    }
}

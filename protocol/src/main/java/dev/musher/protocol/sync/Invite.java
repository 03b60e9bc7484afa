package dev.musher.protocol.sync;

import dev.musher.crdt.change.CborReader;
import dev.musher.crdt.change.CborWriter;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Malformed;
import dev.musher.crdt.change.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is handed to a newcomer, as one line of text: which project, whom to ask, and a secret that
 * is good once. The node that made it remembers {@link #number}, the secret, the role it gives and
 * when it ends, and writes the add itself; so nobody else has to be asked whether it was used. The
 * secret never travels: see {@link Redemption}. Immutable.
 */
public final class Invite {
    /** Length of the secret: 128 bits, which nobody guesses within 24 h. */
    public static final int SECRET_BYTES = 16;

    private static final String PREFIX = "musher-invite-";
    private static final int CHECK_BYTES = 4;
    private static final int TEXT_CHARS = 8 * 1024;

    private final ChangeId project;
    private final DeviceId inviter;
    private final byte[] secret;
    private final List<String> addresses;
    private final @Nullable Fingerprint certificate;

    /** An invite of a device that is reached without TLS, so on the same machine. */
    public Invite(ChangeId project, DeviceId inviter, byte[] secret, List<String> addresses) {
        this(project, inviter, secret, addresses, null);
    }

    /**
     * @param inviter the device that made it, the only one that can redeem it
     * @param secret {@link #SECRET_BYTES} fresh random bytes; copied
     * @param addresses where the inviter can be reached; at most 16, each {@link PeerAddress}
     * @param certificate that the inviter shows at the addresses over TLS: even the first contact
     *     ends where another answers; null where it shows none
     */
    public Invite(
            ChangeId project,
            DeviceId inviter,
            byte[] secret,
            List<String> addresses,
            @Nullable Fingerprint certificate) {
        if (secret.length != SECRET_BYTES) {
            throw new IllegalArgumentException(
                    "a secret has " + SECRET_BYTES + " bytes, not " + secret.length);
        }
        this.project = project;
        this.inviter = inviter;
        this.secret = secret.clone();
        this.addresses = List.copyOf(addresses);
        this.certificate = certificate;
    }

    /** The project. */
    public ChangeId project() {
        return project;
    }

    /** The device that made it. */
    public DeviceId inviter() {
        return inviter;
    }

    /** Where the inviter can be reached. */
    public List<String> addresses() {
        return addresses;
    }

    /** The certificate that the inviter shows, or null. */
    public @Nullable Fingerprint certificate() {
        return certificate;
    }

    /** The secret, a fresh copy. */
    public byte[] secret() {
        return secret.clone();
    }

    /** By what the inviter finds it again; tells nothing about the secret. */
    public long number() {
        return number(secret);
    }

    /** {@link #number} of the invite with this secret. */
    public static long number(byte[] secret) {
        MessageDigest sha256 = Sha256.digest();
        sha256.update("musher/invite-number/v1\0".getBytes(StandardCharsets.US_ASCII));
        return ByteBuffer.wrap(sha256.digest(secret)).getLong();
    }

    /**
     * Proof of knowing the secret: HMAC-SHA-256 over the transcript of the connection, which holds
     * both nonces and both keys, so that it serves on no other.
     */
    static byte[] tag(byte[] secret, byte[] transcript) {
        byte[] inner = hash(pad(secret, 0x36), transcript);
        return hash(pad(secret, 0x5c), inner);
    }

    /** One line of letters, digits, {@code -} and {@code _}. */
    public String text() {
        CborWriter out = new CborWriter();
        out.array(certificate == null ? 4 : 5);
        out.bytes(project).bytes(inviter).bytes(secret).array(addresses.size());
        addresses.forEach(out::text);
        if (certificate != null) {
            out.bytes(certificate.bytes());
        }
        byte[] body = out.toBytes();
        byte[] whole = Arrays.copyOf(body, body.length + CHECK_BYTES);
        System.arraycopy(Sha256.of(body), 0, whole, body.length, CHECK_BYTES);
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(whole);
    }

    /** Reads {@link #text}; {@link Malformed} when it is not one, or was cut or mistyped. */
    public static Invite parse(String text) {
        String line = text.strip();
        if (!line.startsWith(PREFIX) || line.length() > TEXT_CHARS) {
            throw new Malformed("invite: expected one line that begins with " + PREFIX);
        }
        byte[] whole = decoded(line.substring(PREFIX.length()));
        int length = whole.length - CHECK_BYTES;
        if (length < 0
                || !Arrays.equals(
                        whole, length, whole.length, Sha256.of(whole, 0, length), 0, CHECK_BYTES)) {
            throw new Malformed("invite: cut off or mistyped, copy all of it again");
        }
        CborReader in = new CborReader(whole, 0, length);
        boolean pinned = in.array("invite", 4, 5) == 5;
        ChangeId project = in.id("project");
        DeviceId inviter = in.device("inviter");
        byte[] secret = in.bytes("secret", SECRET_BYTES, SECRET_BYTES);
        int count = in.array("addresses", 0, Frames.ADDRESS_COUNT);
        List<String> addresses = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String address = in.text("address", Frames.ADDRESS_BYTES);
            if (PeerAddress.parse(address) == null) {
                throw new Malformed("invite: an address in it cannot be dialled, ask for another");
            }
            addresses.add(address);
        }
        Fingerprint certificate =
                pinned
                        ? Fingerprint.ofHash(
                                in.bytes("certificate", Fingerprint.BYTES, Fingerprint.BYTES))
                        : null;
        in.expectEnd("invite");
        return new Invite(project, inviter, secret, addresses, certificate);
    }

    private static byte[] decoded(String base64) {
        try {
            return Base64.getUrlDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new Malformed("invite: a character that does not belong there");
        }
    }

    private static byte[] pad(byte[] secret, int value) {
        byte[] block = Arrays.copyOf(secret, 64);
        for (int i = 0; i < block.length; i++) {
            block[i] ^= (byte) value;
        }
        return block;
    }

    private static byte[] hash(byte[] first, byte[] second) {
        MessageDigest sha256 = Sha256.digest();
        sha256.update(first);
        return sha256.digest(second);
    }
}

package dev.musher.node.replica;

import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.DeviceId;
import java.net.URI;
import java.util.Base64;
import java.util.HexFormat;

/**
 * What {@code musher invite} prints and {@code musher join} takes: where the inviter listens, which
 * project, which key to expect there, and the secret that makes one device a member. Text form:
 * {@code musher://HOST:PORT/PROJECT?key=DEVICE&invite=SECRET}, keys in hexadecimal, the secret in
 * base64url.
 *
 * @param address {@code HOST:PORT}
 * @param inviter the node that made it and alone can redeem it
 * @param secret 16 random bytes
 */
public record JoinLink(String address, ChangeId project, DeviceId inviter, byte[] secret) {

    /** Length of a secret in bytes. */
    public static final int SECRET_BYTES = 16;

    /** Reads the text form; {@link IllegalArgumentException} says what is wrong with it. */
    public static JoinLink parse(String text) {
        URI uri = URI.create(text.strip());
        if (!"musher".equals(uri.getScheme()) || uri.getHost() == null || uri.getPort() < 1) {
            throw new IllegalArgumentException(
                    "a join link begins with musher://HOST:PORT/, as `musher invite` prints it");
        }
        String key = null;
        String invite = null;
        String query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
        for (String part : query.split("&", -1)) {
            key = part.startsWith("key=") ? part.substring(4) : key;
            invite = part.startsWith("invite=") ? part.substring(7) : invite;
        }
        if (key == null || invite == null || uri.getRawPath().length() != 1 + 64) {
            throw new IllegalArgumentException("the join link is cut off: copy all of it");
        }
        byte[] secret = Base64.getUrlDecoder().decode(invite);
        if (secret.length != SECRET_BYTES) {
            throw new IllegalArgumentException("the join link's invite is damaged: copy all of it");
        }
        return new JoinLink(
                uri.getHost() + ":" + uri.getPort(),
                ChangeId.parse(uri.getRawPath().substring(1)),
                DeviceId.parse(key),
                secret);
    }

    /** The text form. */
    public String text() {
        return "musher://"
                + address
                + "/"
                + project.hex()
                + "?key="
                + inviter.hex()
                + "&invite="
                + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    }

    /** Leaves the secret out, as records are printed into logs. */
    @Override
    public String toString() {
        return "JoinLink[" + address + ", " + HexFormat.of().formatHex(project.bytes(), 0, 4) + "]";
    }
}

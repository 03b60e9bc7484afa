package dev.musher.protocol.sync;

import dev.musher.crdt.change.Malformed;
import dev.musher.crdt.change.Sha256;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * SHA-256 of a certificate as it travels in TLS (its DER encoding): what a person compares, an
 * invite pins, and both ends of a link sign as their channel. That is the binding {@code
 * tls-server-end-point} of RFC 5929; the one of RFC 9266 would bind to the connection itself, but
 * the JDK does not give it out. Enough all the same: who is between shows a certificate of its own,
 * and each end signs what it saw. Immutable.
 *
 * @param hex 64 digits, lower case
 */
public record Fingerprint(String hex) {
    /** Bytes of it. */
    public static final int BYTES = 32;

    private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern PAIRS = Pattern.compile("([0-9A-Fa-f]{2}:){31}[0-9A-Fa-f]{2}");

    /** Refuses what is none. */
    public Fingerprint {
        if (!HEX.matcher(hex).matches()) {
            throw new IllegalArgumentException("a fingerprint has 64 hexadecimal digits");
        }
    }

    /** Of a certificate. */
    public static Fingerprint of(byte[] der) {
        return new Fingerprint(HexFormat.of().formatHex(Sha256.of(der)));
    }

    /**
     * Reads 64 hexadecimal digits, or 32 pairs with colons between, as {@code openssl x509
     * -fingerprint -sha256} writes them.
     *
     * @throws Malformed for anything else
     */
    public static Fingerprint parse(String text) {
        String bare = PAIRS.matcher(text).matches() ? text.replace(":", "") : text;
        String lower = bare.toLowerCase(Locale.ROOT);
        if (!HEX.matcher(lower).matches()) {
            throw new Malformed("a certificate's fingerprint has 64 hexadecimal digits");
        }
        return new Fingerprint(lower);
    }

    /** Of the 32 bytes themselves; {@link Malformed} for another number. */
    public static Fingerprint ofHash(byte[] hash) {
        if (hash.length != BYTES) {
            throw new Malformed("a certificate's fingerprint has " + BYTES + " bytes");
        }
        return new Fingerprint(HexFormat.of().formatHex(hash));
    }

    /** The 32 bytes. */
    public byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }

    @Override
    public String toString() {
        return hex;
    }
}

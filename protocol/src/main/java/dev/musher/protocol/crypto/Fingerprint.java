package dev.musher.protocol.crypto;

/**
 * A public key as people see it: the first 10 letters of the lower-case base32 (RFC 4648, {@code a-z2-7}, no padding) of
 * its SHA-256. Fifty bits: enough to tell the devices of a project apart and for two people to compare aloud, too few to
 * stand for the key where somebody may search for a second one; programs compare keys.
 */
public final class Fingerprint {
    /** Letters in a fingerprint. */
    public static final int LETTERS = 10;

    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

    private Fingerprint() {}

    /**
     * The fingerprint of a public key.
     *
     * @param publicKey any length; not kept
     * @return 10 characters out of {@code a-z2-7}
     */
    public static String of(byte[] publicKey) {
        return base32(KeyedHash.sha256().digest(publicKey)).substring(0, LETTERS);
    }

    /**
     * Lower-case base32 of any bytes, without padding; the last letter is filled up with zero bits.
     *
     * @param bytes any length
     */
    public static String base32(byte[] bytes) {
        StringBuilder letters = new StringBuilder((bytes.length * 8 + 4) / 5);
        int bits = 0;
        int held = 0;
        for (byte b : bytes) {
            bits = bits << 8 | b & 0xff;
            held += 8;
            while (held >= 5) {
                held -= 5;
                letters.append(ALPHABET.charAt(bits >> held & 31));
            }
            bits &= (1 << held) - 1;
        }
        if (held > 0) {
            letters.append(ALPHABET.charAt(bits << 5 - held & 31));
        }
        return letters.toString();
    }
}

package dev.musher.protocol.crypto;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.bouncycastle.math.ec.rfc8032.Ed25519.PublicPoint;
import org.jspecify.annotations.Nullable;

/**
 * The one Ed25519 verifier of the mesh, by BouncyCastle.
 *
 * <p>RFC 8032 leaves room in what is valid, and implementations use it (Chalkias, Garillot,
 * Nikolaenko, "Taming the many EdDSAs", 2020): on crafted input the JDK, OpenSSL, libsodium and
 * BouncyCastle disagree. This is the profile here, with A the public key, (R, S) the signature, L
 * the order of the base point B, and M the signed bytes of {@link Domain}. A signature is valid if
 * and only if all of these hold:
 *
 * <ol>
 *   <li>A and R are 32 bytes, S is 32 bytes.
 *   <li>A and R are canonical encodings of points: the y coordinate is below p = 2^255 - 19, the
 *       point is on the curve, and the sign bit is clear when x is 0.
 *   <li>A is none of the eight points of small order (8 A is not the neutral element). A may have a
 *       small-order part beside a large one; R may be any point, of small order too.
 *   <li>0 <= S < L.
 *   <li>8 S B = 8 R + 8 k A, the <em>cofactored</em> equation, with k = SHA-512(R || A || M) mod L
 *       over the encodings as received.
 * </ol>
 *
 * <p>The tests pin the verdict for the published edge cases and compare it with an independent
 * decoder; a new version of BouncyCastle that decides one of them otherwise is a new protocol
 * version, not an upgrade.
 *
 * <p>A check costs about 50 us. Decoding A is about 5 us of that, so the decoded keys used last are
 * kept, up to a bound. Because of this memory an instance must not be shared between threads
 * without a lock; the verdict does not depend on it.
 */
public final class Ed25519Verifier implements Verifier {
    /** As many devices as a project may have by the product's own limit. */
    public static final int DECODED_KEYS_MAX_DEFAULT = 1_000;

    private static final int POINT_BYTES = 32;

    private final Map<ByteBuffer, PublicPoint> decoded;

    /** Keeps at most {@link #DECODED_KEYS_MAX_DEFAULT} decoded keys, about 200 bytes each. */
    public Ed25519Verifier() {
        this(DECODED_KEYS_MAX_DEFAULT);
    }

    /**
     * @param decodedKeysMax how many decoded public keys to keep, at least 1; the one used longest
     *     ago goes first
     * @throws IllegalArgumentException when the bound is below 1
     */
    public Ed25519Verifier(int decodedKeysMax) {
        if (decodedKeysMax < 1) {
            throw new IllegalArgumentException("room for at least one key, not " + decodedKeysMax);
        }
        this.decoded =
                new LinkedHashMap<>(16, 0.75f, true) {
                    @Override
                    protected boolean removeEldestEntry(Map.Entry<ByteBuffer, PublicPoint> eldest) {
                        return size() > decodedKeysMax;
                    }
                };
    }

    @Override
    public boolean verify(Domain domain, byte[] publicKey, byte[] message, byte[] signature) {
        return verifyBytes(publicKey, domain.signedBytes(message), signature);
    }

    @Override
    public boolean acceptsKey(byte[] publicKey) {
        return decode(publicKey) != null;
    }

    /** Plain Ed25519 without a domain, for the published vectors. */
    boolean verifyBytes(byte[] publicKey, byte[] signed, byte[] signature) {
        if (signature.length != Signer.SIGNATURE_BYTES) {
            return false;
        }
        PublicPoint point = decode(publicKey);
        return point != null && Ed25519.verify(signature, 0, point, signed, 0, signed.length);
    }

    /** How many decoded keys are held now. */
    int decodedKeys() {
        return decoded.size();
    }

    private @Nullable PublicPoint decode(byte[] publicKey) {
        if (publicKey.length != POINT_BYTES) {
            return null;
        }
        PublicPoint known = decoded.get(ByteBuffer.wrap(publicKey));
        if (known != null) {
            return known;
        }
        // "Partial" validation is: canonical, on the curve, not of small order. The "full" one also
        // demands that the
        // order be L exactly; it costs ten times as much and buys nothing with the cofactored
        // equation.
        PublicPoint point = Ed25519.validatePublicKeyPartialExport(publicKey, 0);
        if (point != null) {
            // Refused keys are not remembered: a stranger could fill the memory with them for
            // nothing.
            decoded.put(ByteBuffer.wrap(publicKey.clone()), point);
        }
        return point;
    }
}

package dev.musher.protocol.crypto;

import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * Ed25519 (RFC 8032, the pure variant without context) by BouncyCastle, about 20 us a signature.
 * The domain is separated by {@link Domain}'s prefix and not by Ed25519ctx, which most other
 * implementations cannot check. Immutable; may be shared between threads.
 */
public final class Ed25519Signer implements Signer {
    /** Bytes in a seed, the secret from which everything else follows. */
    public static final int SEED_BYTES = 32;

    private final byte[] seed;
    private final byte[] publicKey;

    /**
     * @param seed 32 uniformly random bytes from the caller's source, copied
     * @throws IllegalArgumentException when the seed has another length
     */
    public Ed25519Signer(byte[] seed) {
        if (seed.length != SEED_BYTES) {
            throw new IllegalArgumentException("a seed has 32 bytes, not " + seed.length);
        }
        this.seed = seed.clone();
        this.publicKey = new byte[PUBLIC_KEY_BYTES];
        Ed25519.generatePublicKey(this.seed, 0, publicKey, 0);
    }

    @Override
    public byte[] publicKey() {
        return publicKey.clone();
    }

    @Override
    public byte[] sign(Domain domain, byte[] message) {
        byte[] signed = domain.signedBytes(message);
        byte[] signature = new byte[SIGNATURE_BYTES];
        // The public key given here is always this seed's own: signing one message under two public
        // keys would give
        // the secret away.
        Ed25519.sign(seed, 0, publicKey, 0, signed, 0, signed.length, signature, 0);
        return signature;
    }
}

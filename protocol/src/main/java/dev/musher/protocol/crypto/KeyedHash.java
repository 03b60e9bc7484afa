package dev.musher.protocol.crypto;

import dev.musher.crdt.change.Sha256;
import java.security.MessageDigest;

/** The function that {@link KeyedHashSigner} and {@link KeyedHashVerifier} share. */
final class KeyedHash {
    static final int SECRET_BYTES = 32;

    private KeyedHash() {}

    /**
     * Two nested keyed hashes, 32 bytes each, over (world, author, domain, message). The parts
     * before the message have fixed lengths or end themselves, so no two tuples give the same
     * input.
     */
    static byte[] tag(byte[] worldSecret, byte[] publicKey, Domain domain, byte[] message) {
        MessageDigest sha256 = Sha256.digest();
        sha256.update(worldSecret);
        sha256.update(publicKey);
        byte[] inner = sha256.digest(domain.signedBytes(message));
        byte[] tag = new byte[Signer.SIGNATURE_BYTES];
        for (byte half = 0; half < 2; half++) {
            sha256.update(half);
            sha256.update(worldSecret);
            System.arraycopy(sha256.digest(inner), 0, tag, half * inner.length, inner.length);
        }
        return tag;
    }

    static byte[] copyOfSecret(byte[] secret) {
        if (secret.length != SECRET_BYTES) {
            throw new IllegalArgumentException("a secret has 32 bytes, not " + secret.length);
        }
        return secret.clone();
    }
}

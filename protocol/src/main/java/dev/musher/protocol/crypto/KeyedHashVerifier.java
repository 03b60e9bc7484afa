package dev.musher.protocol.crypto;

import java.util.Arrays;

/**
 * Checks the signatures of {@link KeyedHashSigner} by computing them again. For simulations only.
 * Immutable; may be shared between threads.
 */
public final class KeyedHashVerifier implements Verifier {
    private final byte[] worldSecret;

    /**
     * @param worldSecret 32 bytes, that of the signers; copied
     * @throws IllegalArgumentException when it has another length
     */
    public KeyedHashVerifier(byte[] worldSecret) {
        this.worldSecret = KeyedHash.copyOfSecret(worldSecret);
    }

    @Override
    public boolean verify(Domain domain, byte[] publicKey, byte[] message, byte[] signature) {
        return acceptsKey(publicKey)
                && Arrays.equals(signature, KeyedHash.tag(worldSecret, publicKey, domain, message));
    }

    @Override
    public boolean acceptsKey(byte[] publicKey) {
        return publicKey.length == Signer.PUBLIC_KEY_BYTES;
    }
}

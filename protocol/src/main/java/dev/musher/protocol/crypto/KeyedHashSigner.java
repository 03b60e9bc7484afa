package dev.musher.protocol.crypto;

import dev.musher.crdt.change.Sha256;

/**
 * A signer for simulations: a keyed SHA-256 in the place of Ed25519, some fifty times cheaper.
 * Whoever knows the world's secret can sign for everybody, so it protects nothing outside one
 * process; inside a simulation a node that is handed only its own signer and the {@link
 * KeyedHashVerifier} can forge nobody. Immutable; may be shared between threads.
 */
public final class KeyedHashSigner implements Signer {
    private final byte[] worldSecret;
    private final byte[] publicKey;

    /**
     * @param worldSecret 32 bytes, the same for all signers and verifiers of one simulated world;
     *     copied
     * @param seed 32 bytes; the public key is SHA-256 of it
     * @throws IllegalArgumentException when either has another length
     */
    public KeyedHashSigner(byte[] worldSecret, byte[] seed) {
        this.worldSecret = KeyedHash.copyOfSecret(worldSecret);
        this.publicKey = Sha256.of(KeyedHash.copyOfSecret(seed));
    }

    @Override
    public byte[] publicKey() {
        return publicKey.clone();
    }

    @Override
    public byte[] sign(Domain domain, byte[] message) {
        return KeyedHash.tag(worldSecret, publicKey, domain, message);
    }
}

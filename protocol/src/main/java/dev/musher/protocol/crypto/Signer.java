package dev.musher.protocol.crypto;

/**
 * Signs with the one secret key it holds. Deterministic: equal arguments give equal signatures.
 * Implementations are immutable and may be shared between threads. The secret leaves an
 * implementation in no way, {@code toString} included.
 */
public interface Signer {
    /** Bytes in a public key. */
    int PUBLIC_KEY_BYTES = 32;

    /** Bytes in a signature. */
    int SIGNATURE_BYTES = 64;

    /** The public key that checks this signer's signatures: 32 bytes, a fresh copy. */
    byte[] publicKey();

    /**
     * Signs a message in a domain.
     *
     * @param domain what the signature is about; see {@link Domain} for the bytes that are signed
     * @param message any length, usually a 32-byte hash; not kept
     * @return 64 bytes, a fresh array
     */
    byte[] sign(Domain domain, byte[] message);
}

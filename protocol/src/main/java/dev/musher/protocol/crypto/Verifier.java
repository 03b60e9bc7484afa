package dev.musher.protocol.crypto;

/**
 * Says whether a signature is valid. All nodes of a mesh must answer alike for every input, hostile
 * ones included, or one crafted signature splits them: so one implementation is used everywhere,
 * and its verdict depends on the arguments alone. Whether an implementation may be shared between
 * threads it says itself.
 */
public interface Verifier {
    /**
     * Whether the signature is valid. Malformed input of any kind (wrong lengths, undecodable
     * points) is false, never an exception.
     *
     * @param domain what the signature must be about
     * @param publicKey the claimed author, 32 bytes if well-formed
     * @param message the message as it was signed, without the domain's prefix
     * @param signature 64 bytes if well-formed
     */
    boolean verify(Domain domain, byte[] publicKey, byte[] message, byte[] signature);

    /**
     * Whether a public key is one whose signatures can be valid at all. Asked before a key is
     * enrolled, so that no member is written into a project that can never sign for itself, or for
     * whom anyone can. The verdict agrees with {@link #verify}, which is false for every key
     * refused here.
     *
     * @param publicKey 32 bytes if well-formed
     */
    boolean acceptsKey(byte[] publicKey);
}

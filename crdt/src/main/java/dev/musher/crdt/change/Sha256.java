package dev.musher.crdt.change;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 by the JDK, the fastest for small messages. Thread safe: a digest is made per call. */
public final class Sha256 {

    /** Never fed, only copied: to ask the JDK's providers each time costs a third of a hash. */
    private static final MessageDigest FRESH = first();

    private Sha256() {}

    /** The 32-byte SHA-256 of {@code bytes[from .. to)}. */
    public static byte[] of(byte[] bytes, int from, int to) {
        MessageDigest digest = digest();
        digest.update(bytes, from, to - from);
        return digest.digest();
    }

    /** The 32-byte SHA-256 of {@code bytes}. */
    public static byte[] of(byte[] bytes) {
        return of(bytes, 0, bytes.length);
    }

    /** A fresh digest, for callers that feed several parts. */
    public static MessageDigest digest() {
        try {
            return (MessageDigest) FRESH.clone();
        } catch (CloneNotSupportedException e) {
            throw new LinkageError("the SHA-256 of the JDK can be copied", e);
        }
    }

    private static MessageDigest first() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new LinkageError("every Java platform must have SHA-256", e);
        }
    }
}

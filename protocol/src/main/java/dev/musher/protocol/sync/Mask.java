package dev.musher.protocol.sync;

import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * Hides keys and introductions from those who do not know the project's id. Block i of the pad is
 * SHA-256("musher/mask/v1\0" ‖ project ‖ nonce ‖ i as 4 bytes); a nonce is used by one side on one
 * connection, and each block for one purpose, so no pad is used twice.
 *
 * <p>This keeps an outsider from learning whose node listens here, or that the project exists; it
 * is not secrecy against members, who know the id. That is what TLS is for.
 */
final class Mask {
    private static final byte[] PREFIX = "musher/mask/v1\0".getBytes(StandardCharsets.US_ASCII);
    private static final int BLOCK = 32;

    private Mask() {}

    /** Hides a key, or shows a hidden one: block 0. */
    static byte[] key(ChangeId project, Nonce nonce, byte[] key) {
        return apply(project, nonce, 0, key);
    }

    /** Hides the rest of a proof, or shows it: block 1 and on. */
    static byte[] part(ChangeId project, Nonce nonce, byte[] part) {
        return apply(project, nonce, 1, part);
    }

    private static byte[] apply(ChangeId project, Nonce nonce, int firstBlock, byte[] in) {
        byte[] out = in.clone();
        for (int from = 0, block = firstBlock; from < out.length; from += BLOCK, block++) {
            byte[] pad = block(project, nonce, block);
            for (int i = 0; i < Math.min(BLOCK, out.length - from); i++) {
                out[from + i] ^= pad[i];
            }
        }
        return out;
    }

    private static byte[] block(ChangeId project, Nonce nonce, int number) {
        MessageDigest sha256 = Sha256.digest();
        sha256.update(PREFIX);
        sha256.update(project.bytes());
        sha256.update(nonce.bytes());
        for (int shift = 24; shift >= 0; shift -= 8) {
            sha256.update((byte) (number >>> shift));
        }
        return sha256.digest();
    }
}

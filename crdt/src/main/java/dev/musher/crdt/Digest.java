package dev.musher.crdt;

import dev.musher.crdt.change.Bytes32;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * What two nodes compare to know that they agree on everything.
 *
 * @param items root of the {@link StateTrie}
 * @param membership hash of who may do what
 */
public record Digest(ChangeId items, ChangeId membership) {

    private static final byte[] DOMAIN = "musher/state/v1\0".getBytes(StandardCharsets.US_ASCII);

    /** SHA-256 over a domain prefix and both parts. */
    public ChangeId value() {
        byte[] both = new byte[2 * Bytes32.LENGTH];
        items.put(both, 0);
        membership.put(both, Bytes32.LENGTH);
        MessageDigest digest = Sha256.digest();
        digest.update(DOMAIN);
        digest.update(both);
        return ChangeId.of(digest.digest());
    }

    @Override
    public String toString() {
        return value().hex();
    }
}

package dev.musher.crdt.change;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.List;

/**
 * What a node holds, said by the last change of every branch: sorted, and equal on two nodes
 * exactly when they hold the same changes. Immutable.
 */
public record Heads(List<Head> list) {

    /** Sorts and copies. */
    public Heads {
        list = list.stream().sorted().toList();
    }

    /** SHA-256 over (device, epoch, seq, id) of every head in order, numbers as 8 bytes. */
    public ChangeId hash() {
        MessageDigest digest = Sha256.digest();
        for (Head head : list) {
            digest.update(head.device().bytes());
            digest.update(
                    ByteBuffer.allocate(16).putLong(head.epoch()).putLong(head.seq()).array());
            digest.update(head.id().bytes());
        }
        return ChangeId.of(digest.digest());
    }
}

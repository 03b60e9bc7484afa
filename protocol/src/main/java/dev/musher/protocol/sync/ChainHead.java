package dev.musher.protocol.sync;

import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.DeviceId;
import org.jspecify.annotations.Nullable;

/**
 * A branch and its last live, durable change.
 *
 * @param branch local number
 * @param device author of the chain
 * @param epoch of the chain
 * @param parent the branch it forks from, or -1 where it begins the chain
 * @param start seq of its first change: 1, or one more than the last it shares with its parent
 * @param seq of the head; {@code start - 1} when nothing of the branch is live and durable
 * @param id of the head; null exactly when nothing of the branch is live and durable
 */
public record ChainHead(
        int branch,
        DeviceId device,
        long epoch,
        int parent,
        int start,
        int seq,
        @Nullable ChangeId id) {}

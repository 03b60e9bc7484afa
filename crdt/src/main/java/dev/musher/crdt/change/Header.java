package dev.musher.crdt.change;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is hashed and signed of a change.
 *
 * @param version format of the change; {@link #VERSION} now, never falling along a chain
 * @param project id of the genesis; {@link ChangeId#ZERO} in the genesis itself
 * @param device the author's key
 * @param epoch 8 random bytes: one chain per (device, epoch)
 * @param seq 1.. along the chain
 * @param prev the chain's change before this one; null exactly at seq 1
 * @param deps other heads its author had seen, sorted, at most {@link Limits#DEPS}
 * @param lamport 1 + the greatest of prev and deps
 * @param wallMs the author's clock, ms since 1970 UTC; for people only
 * @param members {@code Frontier} hash of the maximal membership changes in its past
 * @param bodyBytes length of the body
 * @param bodyHash SHA-256 of the body
 */
public record Header(
        int version,
        ChangeId project,
        DeviceId device,
        long epoch,
        long seq,
        @Nullable ChangeId prev,
        List<ChangeId> deps,
        long lamport,
        long wallMs,
        ChangeId members,
        int bodyBytes,
        ChangeId bodyHash) {

    /** The format this build writes. */
    public static final int VERSION = 1;

    /** Copies the list. */
    public Header {
        deps = List.copyOf(deps);
    }
}

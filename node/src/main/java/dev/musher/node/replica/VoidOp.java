package dev.musher.node.replica;

import dev.musher.crdt.access.Verdict;
import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Ref;
import org.jspecify.annotations.Nullable;

/**
 * An op that was admitted and does not count.
 *
 * @param item that it is on; null where it is on none
 * @param wallMs its author's clock, ms since 1970
 */
public record VoidOp(
        @Nullable ItemKey item,
        Ref ref,
        DeviceId device,
        Actor actor,
        long wallMs,
        Op op,
        Verdict verdict) {

    /** Ops listed at most; there may be more then. */
    public static final int LISTED_MAX = 10_000;
}

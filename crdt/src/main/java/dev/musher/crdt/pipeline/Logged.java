package dev.musher.crdt.pipeline;

import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Ref;
import org.jspecify.annotations.Nullable;

/**
 * One op of an item's log, with what the fold needs to know of its change and of its standing.
 *
 * @param written what a creation or a legal move writes; null for an illegal move and for all other
 *     ops
 * @param counts whether the whole set lets it count
 * @param ended of a claim: whether a counted claim or expiry ended it
 */
public record Logged(
        Ref ref,
        long lamport,
        long wallMs,
        Actor actor,
        DeviceId device,
        Op op,
        @Nullable Written written,
        boolean counts,
        boolean ended) {}

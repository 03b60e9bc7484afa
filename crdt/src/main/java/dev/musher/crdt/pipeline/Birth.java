package dev.musher.crdt.pipeline;

import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Origin;
import dev.musher.crdt.change.Ref;
import org.jspecify.annotations.Nullable;

/**
 * An item's creation: facts that stand even if the creation is void.
 *
 * @param number 1..2^40; two items may share one
 * @param wallMs the author's clock, ms since 1970; for people only
 * @param origin null in histories older than the field
 */
public record Birth(
        Ref ref,
        long lamport,
        long wallMs,
        long number,
        @Nullable Origin origin,
        Actor actor,
        DeviceId device) {}

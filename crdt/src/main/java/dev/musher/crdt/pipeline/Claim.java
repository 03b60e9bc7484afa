package dev.musher.crdt.pipeline;

import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Ref;

/**
 * A claim that counts and was not ended. The greatest works the item: granted over tentative, then
 * generation, lamport, ref.
 *
 * @param granted by the arbiter; else tentative
 * @param generation 1..2^40
 * @param ttlMs how long it lives without a heartbeat
 */
public record Claim(
        Ref ref, long lamport, boolean granted, DeviceId holder, long generation, long ttlMs)
        implements Comparable<Claim> {

    @Override
    public int compareTo(Claim o) {
        int r = Boolean.compare(granted, o.granted);
        r = r != 0 ? r : Long.compare(generation, o.generation);
        r = r != 0 ? r : Long.compare(lamport, o.lamport);
        return r != 0 ? r : ref.compareTo(o.ref);
    }
}

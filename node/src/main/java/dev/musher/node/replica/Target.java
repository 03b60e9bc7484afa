package dev.musher.node.replica;

import dev.musher.crdt.change.DeviceId;
import dev.musher.protocol.sync.Backoff;
import dev.musher.protocol.sync.Fingerprint;
import org.jspecify.annotations.Nullable;

/** An address that this node dials. Core thread only. */
final class Target {

    final String address;

    /** Whether a person named it; else a peer told of it. */
    final boolean configured;

    /**
     * Whether it is remembered although nobody answers there: else it is forgotten after a while.
     */
    boolean kept;

    /** Whether it stands on disk. */
    boolean stored;

    final Backoff backoff = new Backoff();

    /** The certificate that an invite names for this address, for as long as nobody answered. */
    @Nullable Fingerprint certificate;

    /** Who answered there last. */
    @Nullable DeviceId device;

    /** When to dial next, on the monotonic clock, ms. */
    long dueMs;

    /** Whether a dial or a link to it is under way. */
    boolean busy;

    String fault = "";

    Target(String address, boolean configured) {
        this.address = address;
        this.configured = configured;
        this.kept = configured;
    }
}

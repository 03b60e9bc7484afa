package dev.musher.node.replica;

import dev.musher.crdt.change.DeviceId;
import dev.musher.protocol.sync.PeerSession;
import dev.musher.protocol.sync.SessionEvent;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One peer socket and the session over it. Core thread only. */
final class Link {

    /**
     * Frames on their way to the socket at most: with frames of 1 MiB half of the bound of a peer.
     */
    private static final int SENDS_MAX = 4;

    final long number;
    final boolean outgoing;
    final String address;

    /** Whether TLS is around it, so that the other end may be another machine. */
    final boolean overTls;

    final PeerSession session;
    final long sinceMs;

    @Nullable DeviceId device;
    @Nullable Long inSyncAtMs;
    boolean inSync;
    boolean closing;
    int refused;

    /** Whether the device was a member here while the link stood. */
    boolean member;

    /** Since when the device is known to be revoked, or no member. */
    long revokedMs = Long.MAX_VALUE;

    /** Where the peer says that it is reached; empty where it does not. */
    String announced = "";

    /** Since when it is a second link to its device, which only a copied home makes; or never. */
    long extraMs = Long.MAX_VALUE;

    /** Addresses that the peer was told. */
    final SortedSet<String> told = new TreeSet<>();

    /** When it may be told of more, on the monotonic clock, ms. */
    long tellMs;

    /** Frames of changes that came faster than their authors may write, in their order. */
    final Deque<Held> held = new ArrayDeque<>();

    /** A frame of changes that waits until a moment on the monotonic clock. */
    record Held(SessionEvent.Received frame, long untilMs) {}

    private int sends;

    Link(
            long number,
            boolean outgoing,
            String address,
            boolean overTls,
            PeerSession session,
            long sinceMs) {
        this.number = number;
        this.outgoing = outgoing;
        this.address = address;
        this.overTls = overTls;
        this.session = session;
        this.sinceMs = sinceMs;
        this.tellMs = sinceMs + Addresses.PAUSE_MS;
    }

    boolean maySend() {
        return sends < SENDS_MAX;
    }

    void sending() {
        sends++;
    }

    void sent() {
        sends = Math.max(0, sends - 1);
    }
}

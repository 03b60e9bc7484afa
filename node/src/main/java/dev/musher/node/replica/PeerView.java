package dev.musher.node.replica;

import dev.musher.crdt.change.DeviceId;
import dev.musher.protocol.sync.Progress;
import org.jspecify.annotations.Nullable;

/**
 * One peer that this node talks to or tries to.
 *
 * @param device null until the handshake is done
 * @param state what goes on with it
 * @param inSyncAtMs when both last had the same heads, ms since 1970, or null if never
 * @param detail the last fault, empty when there is none
 * @param progress of the present link, nothing where there is none
 */
public record PeerView(
        String address,
        @Nullable DeviceId device,
        State state,
        boolean outgoing,
        @Nullable Long inSyncAtMs,
        String detail,
        Progress progress) {

    /** What goes on with a peer. */
    public enum State {
        /** No socket; a dial is due at some time. */
        WAITING,
        /** A socket is being opened or the handshake goes on. */
        CONNECTING,
        /** Trusted, and histories are being brought together. */
        SYNCING,
        /** Both have the same. */
        IN_SYNC
    }
}

package dev.musher.protocol.sync;

import dev.musher.crdt.change.DeviceId;
import dev.musher.protocol.codec.Signed;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The state kept about one peer, over one socket. The owner gives every frame to {@link #receive},
 * tells it of commits by {@link #committed}, calls {@link #tick} now and then, and after any of
 * these, whenever the socket can take a frame, asks {@link #next} until it gives null.
 */
public final class PeerSession {

    /**
     * @param hub shared by the sessions of this node
     * @param nowMs monotonic time in ms, of the same clock in all calls
     */
    public PeerSession(SyncHub hub, PeerSetup setup, long nowMs) {
        throw new UnsupportedOperationException();
    }

    /** Takes one frame. Never throws for what is in it: a bad one ends the session. */
    public List<SessionEvent> receive(byte[] frame, long nowMs) {
        throw new UnsupportedOperationException();
    }

    /** Ends what took too long. To be called at least once a second. */
    public List<SessionEvent> tick(long nowMs) {
        throw new UnsupportedOperationException();
    }

    /**
     * The next frame to send now, or null when there is nothing to say or the peer's credit is used
     * up. Asked for only when the socket can take it, so nothing queues.
     */
    public byte @Nullable [] next(long nowMs) {
        throw new UnsupportedOperationException();
    }

    /**
     * When {@link #next} may have something although nothing happened before (announcements wait up
     * to {@link SyncLimits#announceMs}); {@code Long.MAX_VALUE} for never.
     */
    public long wakeMs() {
        throw new UnsupportedOperationException();
    }

    /** The durable head of a branch moved, or the branch is new. Tell every session. */
    public void committed(int branch) {
        throw new UnsupportedOperationException();
    }

    /**
     * Every change of {@link SessionEvent.Received} with this number is durable, parked for a
     * missing dependency, or refused: the peer gets its acknowledgement and credit.
     */
    public void applied(long frame) {
        throw new UnsupportedOperationException();
    }

    /** Compares with this peer now (P0): every 10 s with one random peer. */
    public void probe() {
        throw new UnsupportedOperationException();
    }

    /**
     * Answers {@link SessionEvent.RedeemAsked}: the device was added, durably.
     *
     * @param introduction changes that show it, see {@link PeerSetup#introduction}
     */
    public void welcome(List<Signed> introduction) {
        throw new UnsupportedOperationException();
    }

    /** Ends the session for a reason of this node; {@link #next} gives the last frame. */
    public List<SessionEvent> end(Refusal refusal, String text) {
        throw new UnsupportedOperationException();
    }

    /** Who is at the other end, once it has proved it. */
    public @Nullable DeviceId peer() {
        throw new UnsupportedOperationException();
    }

    /** Whether both sides have proved who they are and the session is not over. */
    public boolean established() {
        throw new UnsupportedOperationException();
    }

    /** Whether the session is over. */
    public boolean ended() {
        throw new UnsupportedOperationException();
    }

    /** How far it has come. */
    public Progress progress() {
        throw new UnsupportedOperationException();
    }
}

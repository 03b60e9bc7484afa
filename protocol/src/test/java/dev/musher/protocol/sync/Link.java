package dev.musher.protocol.sync;

import dev.musher.crdt.change.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A socket between two nodes: keeps order, may be cut at any frame. */
final class Link {
    final MemoryNode dialler;
    final MemoryNode accepter;
    final PeerSession out;
    final PeerSession in;
    private final Deque<byte[]> toAccepter = new ArrayDeque<>();
    private final Deque<byte[]> toDialler = new ArrayDeque<>();

    /** Every frame in the order it was sent. */
    final List<byte[]> frames = new ArrayList<>();

    /** What somebody between makes of a frame. */
    UnaryOperator<byte[]> toTheAccepter = UnaryOperator.identity();

    UnaryOperator<byte[]> toTheDialler = UnaryOperator.identity();

    /** Opens what comes to the accepter ahead of its session, if there is one. */
    @Nullable FrameOpener opener;

    private boolean cut;

    Link(MemoryNode dialler, MemoryNode accepter, int nonce, long nowMs) {
        this(
                dialler,
                PeerSetup.dialled(nonce(2 * nonce)),
                accepter,
                PeerSetup.accepted(nonce(2 * nonce + 1)),
                nowMs);
    }

    Link(
            MemoryNode dialler,
            PeerSetup outgoing,
            MemoryNode accepter,
            PeerSetup incoming,
            long nowMs) {
        this.dialler = dialler;
        this.accepter = accepter;
        out = new PeerSession(dialler.hub, outgoing, nowMs);
        in = new PeerSession(accepter.hub, incoming, nowMs);
        dialler.sessions.add(out);
        accepter.sessions.add(in);
    }

    static Nonce nonce(int number) {
        return Nonce.of(Sha256.of(("nonce " + number).getBytes(StandardCharsets.US_ASCII)));
    }

    boolean isOpen() {
        return !cut && !out.ended() && !in.ended();
    }

    /** Asks both sides for all they have to send; says whether that was anything. */
    boolean flush(long nowMs) {
        boolean any = fill(out, toAccepter, nowMs);
        return fill(in, toDialler, nowMs) || any;
    }

    /** As {@link #flush}, one frame of one side. */
    void flushOne(boolean dialler, long nowMs) {
        byte[] frame = cut ? null : (dialler ? out : in).next(nowMs);
        if (frame != null) {
            (dialler ? toAccepter : toDialler).add(frame);
            frames.add(frame);
        }
    }

    private boolean fill(PeerSession session, Deque<byte[]> queue, long nowMs) {
        boolean any = false;
        for (byte[] frame = session.next(nowMs);
                frame != null && !cut;
                frame = session.next(nowMs)) {
            queue.add(frame);
            frames.add(frame);
            any = true;
        }
        return any;
    }

    /** Delivers everything that was under way when called: half a round trip. */
    boolean deliver(long nowMs) {
        int there = toAccepter.size();
        int back = toDialler.size();
        for (int i = 0; i < there; i++) {
            deliverOne(true, nowMs);
        }
        for (int i = 0; i < back; i++) {
            deliverOne(false, nowMs);
        }
        return there + back > 0;
    }

    /** Delivers one frame, if there is one. */
    void deliverOne(boolean toTheAccepter, long nowMs) {
        byte[] frame = (toTheAccepter ? toAccepter : toDialler).pollFirst();
        if (frame != null && !cut) {
            MemoryNode node = toTheAccepter ? accepter : dialler;
            PeerSession session = toTheAccepter ? in : out;
            byte[] made = (toTheAccepter ? this.toTheAccepter : toTheDialler).apply(frame);
            FrameOpener ahead = toTheAccepter ? opener : null;
            OpenedFrame opened = ahead == null ? null : ahead.open(made);
            node.handle(session, session.receive(made, opened, nowMs));
        }
    }

    /** Loses what is under way; both sides learn that the socket is gone. */
    void cut() {
        cut = true;
        toAccepter.clear();
        toDialler.clear();
        dialler.handle(out, out.end(Refusal.GOING, "cut"));
        accepter.handle(in, in.end(Refusal.GOING, "cut"));
    }

    /** Bytes of the frames of these kinds so far. */
    long bytes(int... kinds) {
        long sum = 0;
        for (byte[] frame : frames) {
            for (int kind : kinds) {
                if (kind(frame) == kind) {
                    sum += frame.length;
                }
            }
        }
        return sum;
    }

    static int kind(byte[] frame) {
        return new dev.musher.protocol.codec.FrameReader(frame).kind();
    }
}

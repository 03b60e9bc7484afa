package dev.musher.protocol.sync;

import dev.musher.crdt.change.CborWriter;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Malformed;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Outline;
import dev.musher.crdt.change.Signature;
import dev.musher.protocol.codec.FrameLimits;
import dev.musher.protocol.codec.FrameWriter;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.codec.SignedCodec;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Sends changes to one peer: those of each branch between what the peer has and what it is to get.
 * Nothing is queued; a frame is read from the store when the socket can take it and the peer's
 * credit allows.
 *
 * <p>Signed runs go whole, the one with the lowest first Lamport value next, and within a frame the
 * changes stand in Lamport order. A change may still come a frame before one it depends on, if its
 * run began earlier: it waits at the receiver, no longer than a run of each chain.
 */
final class Sender {
    /** Room that a frame needs besides its run: heads, kind and number. */
    private static final int FRAME_ROOM = 32;

    /** Bytes of one change besides it and its signature, at most. */
    private static final int CHANGE_ROOM = 8;

    private record Sent(long number, long atMs) {}

    private record Next(long lamport, int branch) {}

    private record Picked(int branch, int seq, long lamport, Stored change) {}

    private final SyncView view;
    private final PeerVector known;
    private int[] targets = new int[16];
    private final BitSet active = new BitSet();
    private final BitSet blocked = new BitSet();
    private final Vouchers vouchers = new Vouchers();
    private List<Signed> vouch = List.of();
    private boolean outlines;
    private boolean tooNew;
    private final Deque<Sent> unacked = new ArrayDeque<>();
    private final InFlight inFlight = new InFlight();
    private boolean open;
    private long credit = Frames.CREDIT_BYTES;
    private long used;
    private long lastNumber;
    private long changesSent;

    Sender(SyncView view, PeerVector known) {
        this.view = view;
        this.known = known;
    }

    /** Says which level both sides speak. */
    void level(int level) {
        outlines = level >= Frames.LEVEL_OUTLINES;
    }

    /** Whether the peer lacks what cannot be sent at the level both speak. */
    boolean isTooNew() {
        return tooNew;
    }

    /** From now on it is known what the peer has. */
    void open() {
        open = true;
    }

    /** Whether {@link #open} was called. */
    boolean isOpen() {
        return open;
    }

    /**
     * The peer says how far it has a branch. What it acknowledged beyond that waited there and was
     * dropped, so it is sent again; what is on its way is not, unless something before it was lost.
     */
    void showed(int branch, int seq) {
        if (seq < inFlight.first(branch) - 1) {
            known.lower(branch, seq);
        }
    }

    /** The peer is to get the branch up to its present head. */
    void push(int branch) {
        if (branch >= targets.length) {
            targets = Arrays.copyOf(targets, Math.max(branch + 1, targets.length * 2));
        }
        targets[branch] = Math.max(targets[branch], view.head(branch).seq());
        active.set(branch);
    }

    /** Whether the peer lacks the head of the branch and is not about to get it. */
    boolean lacks(ChainHead head) {
        int target = head.branch() < targets.length ? targets[head.branch()] : 0;
        return Math.max(target, known.seq(head)) < head.seq();
    }

    /** Sends nothing of the branch until it is known where the peer's forks off. */
    void block(int branch) {
        blocked.set(branch);
    }

    /** The forks were found. */
    void unblock() {
        blocked.clear();
    }

    /** Frames that the peer has not acknowledged. */
    boolean isIdle() {
        return unacked.isEmpty();
    }

    /** Changes sent so far. */
    long changesSent() {
        return changesSent;
    }

    /**
     * When the oldest frame without an acknowledgement was sent; {@code Long.MAX_VALUE} if none.
     */
    long waitingSinceMs() {
        Sent oldest = unacked.peekFirst();
        return oldest == null ? Long.MAX_VALUE : oldest.atMs();
    }

    /**
     * Takes an acknowledgement; {@link Malformed} when it is of what was not sent.
     *
     * @return whether it says anything new
     */
    boolean acknowledged(Frame.Ack ack) {
        if (ack.number() > lastNumber) {
            throw new Malformed("acknowledges frame " + ack.number() + " of " + lastNumber);
        }
        if (ack.credit() < credit) {
            throw new Malformed("takes credit back");
        }
        boolean news = ack.credit() > credit;
        credit = ack.credit();
        while (!unacked.isEmpty() && unacked.getFirst().number() <= ack.number()) {
            unacked.removeFirst();
            news = true;
        }
        inFlight.acknowledged(ack.number(), unacked.isEmpty());
        return news;
    }

    /** The next frame of changes, or null when there is none or no credit for it. */
    byte @Nullable [] next(long nowMs) {
        if (!open || active.isEmpty() || unacked.size() >= Frames.UNACKED_FRAMES) {
            return null;
        }
        long room = Math.min(FrameLimits.FRAME_BYTES, credit - used) - FRAME_ROOM;
        List<Picked> picked = vouch.isEmpty() ? pick(room) : List.of();
        if (picked.isEmpty()) {
            return vouch.isEmpty() ? null : nextVouch();
        }
        byte[] frame = frame(picked);
        used += frame.length;
        changesSent += picked.size();
        picked.forEach(p -> inFlight.sent(lastNumber, p.branch(), p.seq()));
        unacked.addLast(new Sent(lastNumber, nowMs));
        return frame;
    }

    private List<Picked> pick(long room) {
        PriorityQueue<Next> queue =
                new PriorityQueue<>(
                        Comparator.comparingLong(Next::lamport).thenComparingInt(Next::branch));
        for (int b = active.nextSetBit(0); b >= 0; b = active.nextSetBit(b + 1)) {
            if (!blocked.get(b)) {
                offer(queue, b);
            }
        }
        List<Picked> picked = new ArrayList<>();
        long bytes = 0;
        for (Next next = queue.poll(); next != null; next = queue.poll()) {
            ChainHead head = view.head(next.branch());
            int from = known.seq(head) + 1;
            List<Stored> run = view.run(head.branch(), from);
            if (run.isEmpty() || run.getLast().signature() == null) {
                // The rest of this run waits at this node for something it depends on. Without its
                // signature nobody would take the beginning; the commit of the rest starts it
                // again.
                active.clear(head.branch());
                continue;
            }
            Gate gate = gate(run);
            if (gate == Gate.SHUT) {
                active.clear(head.branch());
                continue;
            }
            if (gate == Gate.VOUCH) {
                break;
            }
            long size = size(run);
            if (bytes + size > room || picked.size() + run.size() > FrameLimits.RUN_CHANGES) {
                break;
            }
            bytes += size;
            for (int i = 0; i < run.size(); i++) {
                long lamport = view.lamport(head.branch(), from + i);
                picked.add(new Picked(head.branch(), from + i, lamport, run.get(i)));
            }
            known.raise(head.branch(), from + run.size() - 1);
            offer(queue, head.branch());
        }
        picked.sort(Comparator.comparingLong(Picked::lamport));
        return picked;
    }

    /** Whether a run may be sent, as to outlines in it. */
    private enum Gate {
        /** It may. */
        OPEN,
        /** When {@link #vouch} was sent. */
        VOUCH,
        /** Not to this peer, or not before a checkpoint vouches for an outline. */
        SHUT
    }

    private Gate gate(List<Stored> run) {
        for (Stored stored : run) {
            if (!stored.isOutline()) {
                continue;
            }
            ChangeId id = Outline.read(stored.bytes()).id();
            if (!outlines) {
                tooNew = true;
                return Gate.SHUT;
            }
            if (!vouchers.has(id)) {
                vouch = view.vouching(id);
                return vouch.isEmpty() ? Gate.SHUT : Gate.VOUCH;
            }
        }
        return Gate.OPEN;
    }

    private byte[] nextVouch() {
        byte[] frame = FrameCodec.write(new Frame.Vouch(vouch));
        if (vouch.getLast().change().op(0) instanceof Op.Checkpoint checkpoint) {
            vouchers.add(checkpoint);
        }
        vouch = List.of();
        return frame;
    }

    private void offer(PriorityQueue<Next> queue, int branch) {
        ChainHead head = view.head(branch);
        int from = known.seq(head) + 1;
        if (from > Math.min(targets[branch], head.seq())) {
            active.clear(branch);
        } else {
            queue.add(new Next(view.lamport(branch, from), branch));
        }
    }

    private static long size(List<Stored> run) {
        long size = 0;
        for (Stored stored : run) {
            size += CHANGE_ROOM + stored.bytes().length;
            size += stored.signature() == null ? 1 : 5 + Signature.LENGTH;
            size += stored.links().bytes().length;
        }
        return size;
    }

    private byte[] frame(List<Picked> picked) {
        FrameWriter out = new FrameWriter(Frames.RUNS, 2);
        CborWriter body = out.body().integer(++lastNumber).array(picked.size());
        for (Picked p : picked) {
            Stored stored = p.change();
            SignedCodec.write(
                    body, stored.bytes(), stored.isOutline(), stored.signature(), stored.links());
        }
        return out.toBytes();
    }
}

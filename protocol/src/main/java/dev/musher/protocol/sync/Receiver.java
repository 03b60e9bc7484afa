package dev.musher.protocol.sync;

import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Malformed;
import dev.musher.crdt.change.Outline;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.codec.Verified;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Takes changes from one peer, within the credit it was granted: drops those that are here already
 * before anything is verified, refuses those of other projects, verifies the rest.
 */
final class Receiver {

    /**
     * What a frame held.
     *
     * @param fresh verified, and not here yet
     * @param refusal why the session ends, or null
     */
    record Taken(List<Signed> fresh, @Nullable Refusal refusal, String text) {}

    private record Held(long usedUpTo, boolean applied) {}

    private static final int DUPLICATES_A_POINT = 64;
    private static final int DUPLICATE_BYTES_A_POINT = 64 * 1024;

    private final SyncHub hub;
    private final Map<Long, Held> held = new TreeMap<>();
    private final Vouchers vouchers = new Vouchers();
    private boolean outlines;
    private long credit = Frames.CREDIT_BYTES;
    private long used;
    private long lastNumber;
    private long ackedNumber;
    private boolean ackDue;
    private long fresh;
    private long duplicates;
    private long duplicateBytes;

    Receiver(SyncHub hub) {
        this.hub = hub;
    }

    /** Says which level both sides speak. */
    void level(int level) {
        outlines = level >= Frames.LEVEL_OUTLINES;
    }

    /** Takes a checkpoint in; {@link Malformed} where that vouches for nothing. */
    void vouched(Frame.Vouch frame) {
        String wrong =
                outlines ? vouchers.take(frame, hub.view(), hub.verifier()) : "not at this level";
        if (wrong != null) {
            throw new Malformed("vouch: " + wrong);
        }
    }

    /** Changes taken that were not here. */
    long fresh() {
        return fresh;
    }

    /** Changes that were here already. */
    long duplicates() {
        return duplicates;
    }

    /**
     * What the changes that were here already cost: each was decoded and hashed. Never falls. See
     * {@link Budget}.
     */
    long duplicatePoints() {
        return duplicates / DUPLICATES_A_POINT + duplicateBytes / DUPLICATE_BYTES_A_POINT;
    }

    /**
     * Takes a frame.
     *
     * @param bytes length of the frame
     * @param opened the frame as it was verified ahead, or null where that is to be done here
     */
    Taken take(Frame.Runs runs, int bytes, @Nullable OpenedFrame opened) {
        if (runs.number() != lastNumber + 1) {
            throw new Malformed("frame " + runs.number() + " of runs after " + lastNumber);
        }
        if (runs.changes().isEmpty()) {
            throw new Malformed("runs without a change");
        }
        lastNumber = runs.number();
        used += bytes;
        if (used > credit || held.size() >= Frames.UNACKED_FRAMES) {
            return new Taken(
                    List.of(),
                    Refusal.OVER_CREDIT,
                    "sent %d bytes of changes in %d frames, %d bytes were granted"
                            .formatted(used, lastNumber, credit));
        }
        held.put(lastNumber, new Held(used, false));
        List<Signed> unknown = new ArrayList<>(runs.changes().size());
        for (Signed signed : runs.changes()) {
            if (hub.view().has(signed.change().id())) {
                duplicates++;
                duplicateBytes += signed.change().bytes().length;
            } else if (signed.change().isOf(hub.view().project())) {
                expectVouched(signed.change());
                unknown.add(signed);
            } else {
                return new Taken(
                        List.of(),
                        Refusal.OTHER_PROJECT,
                        "change %s is of another project"
                                .formatted(signed.change().id().shortText()));
            }
        }
        Verified verified = opened == null ? hub.runVerifier().verify(unknown) : opened.of(unknown);
        fresh += verified.accepted().size();
        String refusal = verified.refusal();
        return refusal == null
                ? new Taken(verified.accepted(), null, "")
                : new Taken(verified.accepted(), Refusal.BAD_SIGNATURE, refusal);
    }

    private void expectVouched(Change change) {
        if (!change.isOutline()) {
            return;
        }
        ChangeId hash = Outline.hash(change);
        if (hash == null || !vouchers.has(change.id(), hash)) {
            throw new Malformed(
                    "outline of %s that nobody vouched for".formatted(change.id().shortText()));
        }
    }

    /** Everything of a frame was dealt with; unknown numbers have no effect. */
    void applied(long number) {
        held.computeIfPresent(number, (n, h) -> new Held(h.usedUpTo(), true));
        for (Held next = held.get(ackedNumber + 1);
                next != null && next.applied();
                next = held.get(ackedNumber + 1)) {
            held.remove(++ackedNumber);
            credit = Math.max(credit, next.usedUpTo() + hub.limits().windowBytes());
            ackDue = true;
        }
    }

    /** The acknowledgement that is due, once. */
    Frame.@Nullable Ack ack() {
        if (!ackDue) {
            return null;
        }
        ackDue = false;
        return new Frame.Ack(ackedNumber, credit);
    }
}

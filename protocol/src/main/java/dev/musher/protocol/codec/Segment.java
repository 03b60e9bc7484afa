package dev.musher.protocol.codec;

import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Consecutive changes of one chain within a run, and which of their signatures prove them: the
 * fewest that leave no longer stretch unsigned than {@link ChainSigning} allows. Not thread safe.
 */
final class Segment {
    private final List<Integer> places = new ArrayList<>();
    private final List<Integer> proofs = new ArrayList<>();

    /** Place of the last signature seen that is not a proof so far, or -1. */
    private int candidate = -1;

    private int sinceProofCount;
    private long sinceProofBytes;
    private int sinceCandidateCount;
    private long sinceCandidateBytes;
    private int acceptedCount;
    private Change last;
    private @Nullable String fault;

    /** A segment that begins with the change at a place of the run. */
    Segment(int place, Signed first) {
        last = first.change();
        add(place, first);
    }

    /**
     * Whether a change goes on where this ends: same author and epoch, next number, its hash as
     * prev.
     */
    boolean isFollowedBy(Change next) {
        ChangeId prev = next.header().prev();
        return prev != null
                && prev.equals(last.id())
                && next.device().equals(last.device())
                && next.header().epoch() == last.header().epoch()
                && next.header().seq() == last.header().seq() + 1;
    }

    /**
     * Adds the change at a place of the run; it must follow. After a fault nothing more is taken.
     */
    void add(int place, Signed signed) {
        last = signed.change();
        if (fault != null) {
            return;
        }
        if (!ChainSigning.covers(sinceProofCount, sinceProofBytes) && candidate >= 0) {
            // Even a signature here could not cover all since the last proof: the latest one before
            // it must.
            prove(candidate);
            sinceProofCount = sinceCandidateCount;
            sinceProofBytes = sinceCandidateBytes;
        }
        if (!ChainSigning.covers(sinceProofCount, sinceProofBytes)) {
            fault =
                    name()
                            + ": no signature in the "
                            + sinceProofCount
                            + " changes, "
                            + sinceProofBytes
                            + " bytes before it";
            return;
        }
        places.add(place);
        int bytes = signed.change().bytes().length;
        sinceProofCount++;
        sinceProofBytes += bytes;
        sinceCandidateCount++;
        sinceCandidateBytes += bytes;
        if (signed.signature() == null
                || !ChainSigning.covers(sinceProofCount - 1 + signed.links().count(), 0)) {
            // None, or one that is further from the first it would cover than any may be.
            return;
        }
        candidate = place;
        sinceCandidateCount = 0;
        sinceCandidateBytes = 0;
        if (ChainSigning.standsAlone(signed.change())) {
            prove(place);
            sinceProofCount = 0;
            sinceProofBytes = 0;
        }
    }

    /** Ends the segment: its last signature is a proof, what follows that is not covered. */
    void end() {
        if (candidate >= 0) {
            prove(candidate);
        }
        if (fault == null && (places.isEmpty() || places.getLast() != lastProof())) {
            fault = name() + ": the run ends there without a signature";
        }
    }

    /** Places of the signatures to check, ascending. */
    List<Integer> proofs() {
        return proofs;
    }

    /** Marks the places that a good signature at one place proves: those up to it. */
    void accept(int proof, boolean[] accepted) {
        while (acceptedCount < places.size() && places.get(acceptedCount) <= proof) {
            accepted[places.get(acceptedCount++)] = true;
        }
    }

    /** What is wrong with the segment beyond its last proof, or null. */
    @Nullable String fault() {
        return fault;
    }

    private void prove(int place) {
        proofs.add(place);
        candidate = -1;
    }

    private String name() {
        return "change "
                + last.id().shortText()
                + " (seq "
                + last.header().seq()
                + " of device "
                + last.device().shortText()
                + ")";
    }

    private int lastProof() {
        return proofs.isEmpty() ? -1 : proofs.getLast();
    }
}

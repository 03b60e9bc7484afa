package dev.musher.protocol.codec;

import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Signature;
import dev.musher.protocol.crypto.Domain;
import dev.musher.protocol.crypto.Verifier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Proves the authors of the changes in a frame with few signature checks.
 *
 * <p>The changes of several chains stand mixed in one run, each chain in its own order. A change
 * belongs to the segment whose last change is the one it names as prev, if author, epoch and number
 * go on too; otherwise it begins a segment of its own (a chain's first change here, or a branch of
 * a fork). Of a segment the last signature is checked, one in {@link ChainSigning#RUN_CHANGES}
 * before it, and each of a change that {@link ChainSigning#standsAlone}. A good one proves
 * everything before it in the segment, by the hash links. Those checked are kept, and the rest,
 * which nobody looked at, are dropped; so a node holds and sends on only signatures it has checked,
 * and the stretches between them stay within the author's bound.
 *
 * <p>Cost: about 50 us for each signature checked, at most about n / 64 + chains + membership
 * changes of them, and <em>one</em> bad one: the first ends the work, as no honest peer sends any.
 * Nothing is known here of what the node already holds: leave out changes it has, they would be
 * checked again; and whether prev of a segment's first change is there is a question of admission.
 *
 * <p>As thread safe as the {@link Verifier} it is given.
 */
public final class RunVerifier {
    private final Verifier verifier;

    /** Checks signatures with the given verifier. */
    public RunVerifier(Verifier verifier) {
        this.verifier = verifier;
    }

    /** Checks a run. Never throws for what is in it. */
    public Verified verify(List<Signed> run) {
        List<Segment> segments = segments(run);
        boolean[] accepted = new boolean[run.size()];
        boolean[] kept = new boolean[run.size()];
        String refusal = check(run, segments, accepted, kept);
        List<Signed> proved = new ArrayList<>(run.size());
        for (int i = 0; i < accepted.length; i++) {
            if (accepted[i]) {
                proved.add(kept[i] ? run.get(i) : run.get(i).unsigned());
            }
        }
        return new Verified(proved, refusal);
    }

    private static List<Segment> segments(List<Signed> run) {
        List<Segment> segments = new ArrayList<>();
        Map<ChangeId, Segment> byLast = new HashMap<>();
        for (int i = 0; i < run.size(); i++) {
            Change change = run.get(i).change();
            ChangeId prev = change.header().prev();
            Segment segment = prev == null ? null : byLast.get(prev);
            if (segment != null && segment.isFollowedBy(change)) {
                segment.add(i, run.get(i));
            } else {
                segment = new Segment(i, run.get(i));
                segments.add(segment);
            }
            byLast.put(change.id(), segment);
        }
        segments.forEach(Segment::end);
        return segments;
    }

    /**
     * Checks the proofs in the order of the run, up to the first bad one. Gives what was wrong, or
     * null.
     */
    private @Nullable String check(
            List<Signed> run, List<Segment> segments, boolean[] accepted, boolean[] kept) {
        SortedMap<Integer, Segment> proofs = new TreeMap<>();
        for (Segment segment : segments) {
            segment.proofs().forEach(place -> proofs.put(place, segment));
        }
        for (Map.Entry<Integer, Segment> proof : proofs.entrySet()) {
            int place = proof.getKey();
            if (!isGood(run.get(place))) {
                Change change = run.get(place).change();
                return "change "
                        + change.id().shortText()
                        + ": bad signature of device "
                        + change.device().shortText();
            }
            kept[place] = true;
            proof.getValue().accept(place, accepted);
        }
        for (Segment segment : segments) {
            if (segment.fault() != null) {
                return segment.fault();
            }
        }
        return null;
    }

    private boolean isGood(Signed signed) {
        Signature signature = signed.signature();
        Change change = signed.change();
        ChangeId id = signed.signedId();
        return signature != null
                && id != null
                && verifier.verify(
                        Domain.CHANGE, change.device().bytes(), id.bytes(), signature.bytes());
    }
}

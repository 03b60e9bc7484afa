package dev.musher.node.verify;

import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Signature;
import dev.musher.protocol.codec.RunVerifier;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.codec.Verified;
import dev.musher.protocol.crypto.Domain;
import dev.musher.protocol.crypto.Verifier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Checks the proofs of authors in a page of changes: as a peer would, and then those signatures
 * that a peer would not have looked at too, since here every byte counts. Where the page does not
 * hold, its runs are checked one by one, so that each that is bad is named.
 *
 * <p>As thread safe as its verifier: one for each thread.
 */
final class Proofs {

    private final Verifier verifier;
    private final RunVerifier runs;

    /**
     * What was found.
     *
     * @param page the changes, in the order in which they are folded, proved or not
     * @param signatures how many were checked
     */
    record Proved(List<Found> page, List<Problem> problems, int signatures) {}

    Proofs(Verifier verifier) {
        this.verifier = verifier;
        this.runs = new RunVerifier(verifier);
    }

    /**
     * Checks changes in which each that can be is covered by a signature.
     *
     * @param page to be folded next; what lacks its signature there is checked with a later page
     */
    Proved check(List<Found> page, List<Found> covered) {
        List<Found> readable = new ArrayList<>(covered.size());
        List<Signed> run = new ArrayList<>(covered.size());
        int signatures = 0;
        for (Found each : covered) {
            Signed signed = each.signed();
            if (signed != null) {
                readable.add(each);
                run.add(signed);
                signatures += signed.signature() == null ? 0 : 1;
            }
        }
        List<Problem> problems = new ArrayList<>();
        Verified verified = runs.verify(run);
        if (verified.refusal() == null) {
            unchecked(readable, verified.accepted(), problems);
        } else {
            each(readable, problems);
            if (problems.isEmpty()) {
                problems.add(new Problem(Flaw.SIGNATURE, "", "", 0, "", verified.refusal()));
            }
        }
        return new Proved(page, problems, signatures);
    }

    /** Those that the verifier of runs did not look at, since others prove as much. */
    private void unchecked(List<Found> page, List<Signed> accepted, List<Problem> problems) {
        for (int i = 0; i < page.size(); i++) {
            Found found = page.get(i);
            Signed signed = found.signed();
            if (signed != null
                    && signed.signature() != null
                    && accepted.get(i).signature() == null
                    && !isGood(signed, signed.signature())) {
                problems.add(bad(found.at(), signed.change()));
            }
        }
    }

    private void each(List<Found> page, List<Problem> problems) {
        for (List<Found> unit : units(page)) {
            List<Signed> run = new ArrayList<>(unit.size());
            unit.forEach(found -> add(found.signed(), run));
            Verified verified = runs.verify(run);
            if (verified.refusal() == null) {
                unchecked(unit, verified.accepted(), problems);
                continue;
            }
            Found last = unit.getLast();
            Signed signed = run.getLast();
            Change change = signed.change();
            String covered =
                    unit.size() == 1
                            ? ""
                            : "; the "
                                    + (unit.size() - 1)
                                    + " before it, from seq "
                                    + run.getFirst().change().header().seq()
                                    + " on, have no other proof";
            Problem problem =
                    signed.signature() != null && !isGood(signed, signed.signature())
                            ? bad(last.at(), change)
                            : Problem.of(
                                    Flaw.SIGNATURE,
                                    last.at(),
                                    change,
                                    String.valueOf(verified.refusal()));
            problems.add(
                    new Problem(
                            problem.flaw(),
                            problem.at(),
                            problem.chain(),
                            problem.seq(),
                            problem.id(),
                            problem.text() + covered));
        }
    }

    /** What follows each other in a chain, up to and with a signed change. */
    static List<List<Found>> units(List<Found> page) {
        List<List<Found>> out = new ArrayList<>();
        Map<ChangeId, List<Found>> unsigned = new HashMap<>();
        for (Found found : page) {
            Signed signed = found.signed();
            if (signed == null) {
                continue;
            }
            ChangeId prev = signed.change().header().prev();
            List<Found> unit = prev == null ? null : unsigned.remove(prev);
            if (unit == null) {
                unit = new ArrayList<>();
                out.add(unit);
            }
            unit.add(found);
            if (signed.signature() == null) {
                unsigned.put(signed.change().id(), unit);
            }
        }
        return out;
    }

    private static void add(@Nullable Signed signed, List<Signed> run) {
        if (signed != null) {
            run.add(signed);
        }
    }

    private boolean isGood(Signed signed, Signature signature) {
        Change change = signed.change();
        ChangeId id = signed.signedId();
        return id != null
                && verifier.verify(
                        Domain.CHANGE, change.device().bytes(), id.bytes(), signature.bytes());
    }

    private static Problem bad(String at, Change change) {
        return Problem.of(
                Flaw.SIGNATURE,
                at,
                change,
                "the signature is not one of device " + change.device().shortText());
    }
}

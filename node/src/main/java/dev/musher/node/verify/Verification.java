package dev.musher.node.verify;

import dev.musher.crdt.Admission;
import dev.musher.crdt.Patch;
import dev.musher.crdt.Project;
import dev.musher.crdt.Rules;
import dev.musher.crdt.change.Chain;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Place;
import dev.musher.crdt.pipeline.Item;
import dev.musher.node.replica.DerivedRows;
import dev.musher.node.store.Reader;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.crypto.Ed25519Verifier;
import dev.musher.protocol.crypto.Verifier;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * Verifies a history by folding it anew: signatures ahead on other threads, then each change is
 * judged by its past and applied, as if a peer had sent it, only that nothing ends the work. A
 * change whose author is not proved is told of and still applied, so that what follows is judged by
 * what it says itself.
 *
 * <p>One thread; used once.
 */
public final class Verification {

    private final Evidence evidence;
    private final Folded folded = new Folded();
    private final Project project = new Project(Rules.PRODUCT, folded);
    private final Findings findings = new Findings();

    /** By what it lacks, what waits. */
    private final Map<ChangeId, List<Found>> waiting = new LinkedHashMap<>();

    private final Set<ChangeId> refused = new HashSet<>();
    private final Map<Place, Found> forks = new HashMap<>();
    private final Map<ChangeId, Found> outlines = new TreeMap<>();
    private long changes;
    private long applied;
    private long signatures;
    private boolean whole = true;

    private Verification(Evidence evidence) {
        this.evidence = evidence;
    }

    /**
     * Verifies what a store holds, its derived rows too.
     *
     * @param store that nobody writes to meanwhile
     * @param told how many changes were looked at so far
     */
    public static Report ofStore(Reader store, LongConsumer told)
            throws IOException, InterruptedException {
        return ofStore(store, Ed25519Verifier::new, told);
    }

    /** The same with another way to check signatures: for simulated histories. */
    public static Report ofStore(Reader store, Supplier<Verifier> verifiers, LongConsumer told)
            throws IOException, InterruptedException {
        return new Verification(new StoreEvidence(store)).run(verifiers, told);
    }

    /** Verifies changes that were read from a file, in its order. */
    public static Report ofExport(Iterator<Found> changes, LongConsumer told)
            throws IOException, InterruptedException {
        return new Verification(new FileEvidence(changes)).run(Ed25519Verifier::new, told);
    }

    private Report run(Supplier<Verifier> verifiers, LongConsumer told)
            throws IOException, InterruptedException {
        int threads = Math.max(1, Runtime.getRuntime().availableProcessors() - 1);
        try (Pages pages = new Pages(evidence, verifiers, threads)) {
            for (Proofs.Proved page = pages.next(); page != null; page = pages.next()) {
                page.problems().forEach(findings::add);
                signatures += page.signatures();
                page.page().forEach(this::take);
                told.accept(changes);
            }
        }
        return report();
    }

    private void take(Found found) {
        Signed signed = found.signed();
        if (found.wrong() != null) {
            findings.add(
                    signed == null
                            ? Problem.at(
                                    Flaw.UNREADABLE,
                                    found.at(),
                                    found.chain(),
                                    found.place() == null ? 0 : found.place().seq(),
                                    found.wrong())
                            : Problem.of(Flaw.ROW, found.at(), signed.change(), found.wrong()));
        }
        if (signed == null) {
            whole = false;
            return;
        }
        changes++;
        named(found, signed.change());
        Deque<Found> due = new ArrayDeque<>();
        due.add(found);
        while (!due.isEmpty()) {
            judge(due.removeFirst(), due);
        }
    }

    /** Whether it is what its line or row says that it is. */
    private void named(Found found, Change change) {
        ChangeId claimed = found.claimed();
        if (claimed != null && !claimed.equals(change.id())) {
            tell(Flaw.ID, found, change, "its id is not the hash of its bytes: " + claimed.hex());
        }
        Chain chain = new Chain(change.device(), change.header().epoch());
        Place place = found.place();
        if (place != null
                && (place.seq() != change.header().seq()
                        || (found.chain() != null && !found.chain().equals(chain)))) {
            tell(Flaw.ID, found, change, "another change is due in this place");
        }
    }

    private void judge(Found found, Deque<Found> due) {
        Change change = change(found);
        switch (project.check(change)) {
            case Admission.Admitted admitted -> {
                if (project.contradicts(admitted)) {
                    tell(Flaw.OTHER, found, change, "the checkpoint says another state");
                }
                apply(found, project.apply(admitted));
                due.addAll(waiting.getOrDefault(change.id(), List.of()));
                waiting.remove(change.id());
            }
            case Admission.Duplicate duplicate -> {
                whole = false;
                tell(Flaw.DUPLICATE, found, change, "the change is there twice");
            }
            case Admission.Missing missing ->
                    waiting.computeIfAbsent(missing.ids().getFirst(), k -> new ArrayList<>(1))
                            .add(found);
            case Admission.Refused refusal -> {
                whole = false;
                refused.add(change.id());
                tell(Flaw.REFUSED, found, change, refusal.text());
            }
        }
    }

    private void apply(Found found, Patch patch) {
        applied++;
        if (patch.change().isOutline()) {
            outlines.put(patch.change().id(), found);
        }
        folded.add(patch);
        if (patch.forked()) {
            forks.put(patch.place(), found);
        }
        byte[] arrival = found.arrival();
        if (arrival == null || !whole) {
            return;
        }
        Place place = found.place();
        if (place != null && !place.equals(patch.place())) {
            whole = false;
            tell(Flaw.ROW, found, patch.change(), "it is not in the branch it belongs to");
        } else if (!DerivedRows.isArrival(arrival, patch.arrival(), patch.change().id())) {
            tell(
                    Flaw.ROW,
                    found,
                    patch.change(),
                    "its row of arrival is not what the change makes of it");
        }
    }

    private void tell(Flaw flaw, Found found, Change change, String text) {
        findings.add(Problem.of(flaw, found.at(), change, text));
    }

    private Report report() {
        long left = missing();
        whole &= left == 0;
        ChangeId id = project.id();
        ChangeId due = evidence.project();
        if (id != null && due != null && !id.equals(due)) {
            findings.add(
                    Problem.ofWhole(
                            "it is said to be of project "
                                    + due.hex()
                                    + ", its changes are of "
                                    + id.hex()));
        }
        if (changes == 0 && !evidence.derives()) {
            // A store may wait for its first changes; a file without one is what is left of one.
            findings.add(
                    Problem.ofWhole("it holds no change, where an export begins with a genesis"));
        }
        outlines.forEach((outlined, found) -> {
            if (project.vouching(outlined).isEmpty()) {
                tell(
                        Flaw.OUTLINE,
                        found,
                        change(found),
                        "its texts were dropped, and no owner vouches for what is left of it");
            }
        });
        List<Fork> forked = forked();
        folded.finish(project.items());
        boolean compared = whole && evidence.derives();
        if (compared) {
            evidence.compare(folded, findings);
        }
        return new Report(
                id,
                changes,
                applied,
                left,
                (int) folded.branches().stream().map(b -> b.chain()).distinct().count(),
                signatures,
                project.items().size(),
                (int) project.items().stream().filter(Item::hasVoid).count(),
                id == null ? null : project.digest().value().hex(),
                compared,
                forked,
                findings.kept(),
                findings.count());
    }

    /** Names what others wait for and is nowhere; what builds on those is only counted. */
    private long missing() {
        Set<ChangeId> here = new HashSet<>(refused);
        long count = 0;
        for (List<Found> each : waiting.values()) {
            count += each.size();
            each.forEach(found -> here.add(id(found)));
        }
        for (Map.Entry<ChangeId, List<Found>> each : waiting.entrySet()) {
            if (here.contains(each.getKey())) {
                continue;
            }
            Found first = each.getValue().getFirst();
            Change change = change(first);
            boolean before = each.getKey().equals(change.header().prev());
            tell(
                    Flaw.MISSING,
                    first,
                    change,
                    "change "
                            + each.getKey().hex()
                            + (before ? ", the one before it (seq " : ", which it names")
                            + (before ? change.header().seq() - 1 + ")," : ",")
                            + " is not here");
        }
        return count;
    }

    private List<Fork> forked() {
        List<Fork> out = new ArrayList<>();
        Set<Place> places = new TreeSet<>((a, b) -> Integer.compare(a.branch(), b.branch()));
        places.addAll(forks.keySet());
        for (Place place : places) {
            Chain chain = project.dag().chain(place.branch());
            Change one = folded.change(place);
            Change other = folded.change(beside(place));
            boolean settled = project.membership().isClosed(chain);
            out.add(new Fork(chain, place.seq(), one.id().hex(), other.id().hex(), settled));
            Found found = forks.get(place);
            if (!settled && found != null) {
                tell(
                        Flaw.FORK,
                        found,
                        one,
                        "its device wrote another change in the same place: " + other.id().hex());
            }
        }
        return out;
    }

    /** Another change of the same chain and seq as the first one of a branch. */
    private Place beside(Place first) {
        Place parent = project.dag().parent(first.branch());
        int branch =
                parent == null
                        ? project.dag().branchesOf(project.dag().chain(first.branch())).getFirst()
                        : parent.branch();
        return new Place(branch, first.seq());
    }

    private static Change change(Found found) {
        Signed signed = found.signed();
        if (signed == null) {
            throw new IllegalStateException("only what could be read waits");
        }
        return signed.change();
    }

    private static ChangeId id(Found found) {
        return change(found).id();
    }
}

package dev.musher.node.verify;

import dev.musher.crdt.Admission;
import dev.musher.crdt.Project;
import dev.musher.crdt.Rules;
import dev.musher.crdt.change.ChangeId;
import dev.musher.node.store.Reader;
import dev.musher.protocol.codec.Covered;
import dev.musher.protocol.codec.RunVerifier;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.crypto.Ed25519Verifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a damaged store still holds that is beyond doubt: changes that can be read, whose authors
 * are proved, and whose whole past is here too. In an order in which each comes after what it
 * builds on, so that a store can be made of them as of an export. Stateless.
 */
public final class Salvage {

    private Salvage() {}

    /** The changes. Holds all of them in memory. */
    public static List<Signed> of(Reader store) {
        List<Signed> proved = proved(new StoreEvidence(store));
        while (true) {
            int before = proved.size();
            List<Signed> whole = admitted(proved);
            boolean[] covered = Covered.of(whole);
            List<Signed> out = new ArrayList<>(whole.size());
            for (int i = 0; i < covered.length; i++) {
                if (covered[i]) {
                    out.add(whole.get(i));
                }
            }
            if (out.size() == before) {
                return out;
            }
            // Without those whose signed successor is lost, more may lack their past.
            proved = out;
        }
    }

    private static List<Signed> proved(StoreEvidence evidence) {
        RunVerifier verifier = new RunVerifier(new Ed25519Verifier());
        List<Found> waiting = new ArrayList<>();
        List<Signed> out = new ArrayList<>();
        for (List<Found> page = evidence.next(); !page.isEmpty(); page = evidence.next()) {
            waiting.addAll(page);
            for (List<Found> unit : Proofs.units(Pages.covered(waiting))) {
                List<Signed> run = unit.stream().map(Found::signed).toList();
                out.addAll(verifier.verify(run).accepted());
            }
        }
        return out;
    }

    private static List<Signed> admitted(List<Signed> proved) {
        Folded folded = new Folded();
        Project project = new Project(Rules.PRODUCT, folded);
        Map<ChangeId, List<Signed>> waiting = new HashMap<>();
        List<Signed> out = new ArrayList<>(proved.size());
        Deque<Signed> due = new ArrayDeque<>();
        for (Signed each : proved) {
            due.add(each);
            while (!due.isEmpty()) {
                Signed next = due.removeFirst();
                switch (project.check(next.change())) {
                    case Admission.Admitted admitted -> {
                        folded.add(project.apply(admitted));
                        out.add(next);
                        due.addAll(waiting.getOrDefault(next.change().id(), List.of()));
                        waiting.remove(next.change().id());
                    }
                    case Admission.Missing missing ->
                            waiting.computeIfAbsent(
                                            missing.ids().getFirst(), k -> new ArrayList<>(1))
                                    .add(next);
                    case Admission.Duplicate duplicate -> {}
                    case Admission.Refused refused -> {}
                }
            }
        }
        // An outline is nothing without the checkpoint that vouches for it.
        out.removeIf(s -> s.change().isOutline() && project.vouching(s.change().id()).isEmpty());
        return out;
    }
}

package dev.musher.node.replica;

import dev.musher.crdt.Admission;
import dev.musher.crdt.Patch;
import dev.musher.crdt.change.Chain;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Dag;
import dev.musher.crdt.change.Place;
import dev.musher.protocol.codec.Signed;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Takes in what peers send: authors are proved already; here it is decided, by the change and its
 * past alone, whether it is admitted. What lacks a dependency waits for it, and with it the rest of
 * its {@link Run}. Core thread only.
 */
final class Inbox {

    /**
     * What became of one delivery.
     *
     * @param own whether it held changes of this device that its home did not write
     * @param wasted those that were refused, here already, or had no room to wait
     * @param firstRefused the first that was refused, or null
     * @param firstRefusal why, or empty
     */
    record Taken(
            int applied,
            int refused,
            Waste wasted,
            Own own,
            @Nullable ChangeId firstRefused,
            String firstRefusal) {}

    /** Changes with this device's key that were not here. */
    enum Own {
        /** None, or what the home itself had written and lost. */
        NONE,
        /** Of another home with the same key. */
        TWIN,
        /** The same, and in the epoch that this home writes in. */
        HERE
    }

    private final Ledger ledger;
    private final LocalChain chain;
    private final Counters counters;
    private final Parked parked = new Parked();

    Inbox(Ledger ledger, LocalChain chain, Counters counters) {
        this.ledger = ledger;
        this.chain = chain;
        this.counters = counters;
    }

    /** Takes changes of one link in their order. */
    Taken take(long link, List<Signed> changes, long wallMs, long nowMs) {
        List<Run> runs = runs(link, changes, nowMs);
        Delivery delivery = new Delivery(wallMs);
        for (int i = 0; i < changes.size(); i++) {
            Run run = runs.get(i);
            // It may wait, or have been let go on while others of its frame were taken in.
            if (!run.waits() && run.isAt(changes.get(i))) {
                delivery.step(run);
                delivery.goOn();
            }
        }
        counters.add("changes_applied", "from", "peer", delivery.applied);
        tellParked();
        return delivery.taken();
    }

    /** Drops what waited too long; for each link what that was. */
    SortedMap<Long, Waste> tick(long nowMs) {
        SortedMap<Long, Waste> dropped = parked.expire(nowMs);
        dropped.values().forEach(this::dropped);
        return dropped;
    }

    /** Drops what waits for the sake of a link that is gone. */
    Waste closed(long link) {
        Waste dropped = parked.drop(link);
        dropped(dropped);
        return dropped;
    }

    private void dropped(Waste waste) {
        if (waste.changes() > 0) {
            counters.add("changes_parked_dropped", waste.changes());
            tellParked();
        }
    }

    private void tellParked() {
        counters.set("changes_parked", parked.size());
        counters.set("changes_parked_bytes", parked.bytes());
    }

    /** For each change the run it is of: of one chain, up to and with a signed change. */
    private static List<Run> runs(long link, List<Signed> changes, long nowMs) {
        List<Run> out = new ArrayList<>(changes.size());
        Map<ChangeId, Run> unsigned = new HashMap<>();
        for (Signed each : changes) {
            ChangeId prev = each.change().header().prev();
            Run begun = prev == null ? null : unsigned.remove(prev);
            Run run = begun == null ? new Run(link, nowMs) : begun;
            run.add(each);
            out.add(run);
            if (each.signature() == null) {
                unsigned.put(each.change().id(), run);
            }
        }
        if (!unsigned.isEmpty()) {
            throw new IllegalStateException("a run without a signature was taken for proved");
        }
        return out;
    }

    /** One delivery and what it lets go on. */
    private final class Delivery {
        private final long wallMs;
        private final Deque<Run> due = new ArrayDeque<>();
        private int applied;
        private int refused;
        private Waste wasted = Waste.NONE;
        private Own own = Own.NONE;
        private @Nullable ChangeId firstRefused;
        private String firstRefusal = "";

        Delivery(long wallMs) {
            this.wallMs = wallMs;
        }

        /** What waited for what came goes on, each as far as it can. */
        void goOn() {
            while (!due.isEmpty()) {
                Run run = due.removeFirst();
                run.waits(false);
                while (!run.isOver() && !run.waits()) {
                    step(run);
                }
            }
        }

        /** Takes in the first change of a run that is not in. */
        void step(Run run) {
            Signed signed = run.first();
            Change change = signed.change();
            switch (ledger.project().check(change)) {
                case Admission.Admitted admitted -> {
                    boolean anew = isUnknownEpoch(change);
                    Patch patch = ledger.append(admitted, run, wallMs);
                    note(own(patch, anew));
                    applied++;
                    run.pass();
                    due.addAll(parked.take(change.id()));
                }
                case Admission.Duplicate duplicate -> {
                    counters.add("changes_duplicate", 1);
                    wasted = wasted.and(new Waste(1, signed.signature() == null ? 0 : 1));
                    run.pass();
                }
                case Admission.Missing missing -> {
                    note(ownEpoch(change) ? Own.HERE : Own.NONE);
                    park(run, missing.ids().getFirst());
                }
                case Admission.Refused refusal -> {
                    refused++;
                    if (firstRefused == null) {
                        firstRefused = change.id();
                        firstRefusal = refusal.text();
                    }
                    counters.add(
                            "changes_refused",
                            "reason",
                            refusal.code().name().toLowerCase(Locale.ROOT),
                            1);
                    wasted = wasted.and(run.waste());
                    run.drop();
                }
            }
        }

        private void park(Run run, ChangeId missing) {
            if (!parked.add(missing, run)) {
                wasted = wasted.and(run.waste());
                counters.add("changes_parked_dropped", run.left());
                run.drop();
            }
        }

        private void note(Own found) {
            own = found.compareTo(own) > 0 ? found : own;
        }

        Taken taken() {
            return new Taken(applied, refused, wasted, own, firstRefused, firstRefusal);
        }
    }

    /**
     * Nobody else has this key: a change of this device that is not here was written by a copy of
     * this home, or by itself before its disk was put back. In the present epoch it is one of the
     * two, and so is an epoch that was never here. More of an older epoch is what was lost, unless
     * it knows of what was written since.
     */
    private Own own(Patch patch, boolean anew) {
        if (!patch.change().device().equals(chain.device())) {
            return Own.NONE;
        }
        if (ownEpoch(patch.change())) {
            return Own.HERE;
        }
        Place first = firstHere();
        boolean twin =
                first != null && (anew || ledger.project().dag().inPast(first, patch.place()));
        return twin ? Own.TWIN : Own.NONE;
    }

    private boolean isUnknownEpoch(Change change) {
        return change.device().equals(chain.device())
                && ledger.project()
                        .dag()
                        .branchesOf(new Chain(change.device(), change.header().epoch()))
                        .isEmpty();
    }

    /** The first change of this device's present epoch, or null while there is none. */
    private @Nullable Place firstHere() {
        Dag dag = ledger.project().dag();
        List<Integer> branches = dag.branchesOf(new Chain(chain.device(), chain.epoch()));
        return branches.isEmpty()
                ? null
                : new Place(branches.getFirst(), dag.first(branches.getFirst()));
    }

    private boolean ownEpoch(Change change) {
        return change.header().epoch() == chain.epoch() && change.device().equals(chain.device());
    }
}

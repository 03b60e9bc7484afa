package dev.musher.node.replica;

import dev.musher.crdt.Admission;
import dev.musher.crdt.change.Change;
import dev.musher.protocol.codec.Signed;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;

/**
 * Takes in what peers send: authors are proved already; here it is decided, by the change and its
 * past alone, whether it is admitted. What lacks a dependency waits for it. Core thread only.
 */
final class Inbox {

    /** What became of one delivery. */
    record Taken(int applied, int refused, boolean ownLaterHead, String firstRefusal) {}

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
        int applied = 0;
        int refused = 0;
        boolean ownLaterHead = false;
        String firstRefusal = "";
        Deque<Parked.Waiting> due = new ArrayDeque<>();
        for (Signed each : changes) {
            due.addLast(new Parked.Waiting(link, each, nowMs));
            while (!due.isEmpty()) {
                Parked.Waiting next = due.removeFirst();
                Change change = next.signed().change();
                switch (ledger.project().check(change)) {
                    case Admission.Admitted admitted -> {
                        // Nobody else has this key: a change of this chain that is not here was
                        // written by a copy of this home, or before its disk was put back.
                        ownLaterHead |= ownEpoch(change);
                        ledger.append(admitted, next.signed(), wallMs);
                        applied++;
                        parked.take(change.id()).forEach(due::addLast);
                    }
                    case Admission.Duplicate duplicate -> counters.add("changes_duplicate", 1);
                    case Admission.Missing missing -> {
                        ownLaterHead |= ownEpoch(change);
                        if (!parked.add(missing.ids().getFirst(), next)) {
                            counters.add("changes_parked_dropped", 1);
                        }
                    }
                    case Admission.Refused refusal -> {
                        refused++;
                        firstRefusal = firstRefusal.isEmpty() ? refusal.text() : firstRefusal;
                        counters.add(
                                "changes_refused",
                                "reason",
                                refusal.code().name().toLowerCase(Locale.ROOT),
                                1);
                    }
                }
            }
        }
        counters.add("changes_applied", "from", "peer", applied);
        counters.set("changes_parked", parked.size());
        return new Taken(applied, refused, ownLaterHead, firstRefusal);
    }

    /** Drops what waited too long. */
    void tick(long nowMs) {
        int dropped = parked.expire(nowMs);
        if (dropped > 0) {
            counters.add("changes_parked_dropped", dropped);
            counters.set("changes_parked", parked.size());
        }
    }

    private boolean ownEpoch(Change change) {
        return change.header().epoch() == chain.epoch() && change.device().equals(chain.device());
    }
}

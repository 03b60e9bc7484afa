package dev.musher.node.replica;

import dev.musher.crdt.access.Verdict;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.Place;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.pipeline.Item;
import java.util.ArrayList;
import java.util.List;

/** Lists the ops that do not count, from the logs of the items that have some. Core thread only. */
final class VoidOps {

    /** Ops listed at most. */
    private static final int OPS_MAX = 10_000;

    private final Ledger ledger;
    private final List<VoidOp> found = new ArrayList<>();

    private VoidOps(Ledger ledger) {
        this.ledger = ledger;
    }

    static List<VoidOp> of(Ledger ledger) {
        VoidOps all = new VoidOps(ledger);
        for (Item item : ledger.project().items()) {
            if (item.hasVoid() && all.found.size() < OPS_MAX) {
                ledger.history()
                        .itemLog(
                                item.key(),
                                (place, index, written) -> all.look(item, place, index));
            }
        }
        return all.found.subList(0, Math.min(all.found.size(), OPS_MAX));
    }

    private void look(Item item, Place place, int index) {
        Verdict verdict = ledger.project().verdicts(place).get(index);
        if (verdict == Verdict.COUNTS) {
            return;
        }
        Change change = ledger.history().change(place);
        found.add(
                new VoidOp(
                        item.key(),
                        new Ref(change.id(), index),
                        change.device(),
                        change.actor(),
                        change.header().wallMs(),
                        change.op(index),
                        verdict));
    }
}

package dev.musher.node.replica;

import dev.musher.crdt.access.Verdict;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Place;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.pipeline.Item;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lists the ops that do not count: from the logs of the items that have some, of items that are not
 * there because nothing counts on them, and those that say who may do what. Core thread only.
 */
final class VoidOps {

    private static final int OPS_MAX = VoidOp.LISTED_MAX;

    private final Ledger ledger;
    private final List<VoidOp> found = new ArrayList<>();

    private VoidOps(Ledger ledger) {
        this.ledger = ledger;
    }

    static List<VoidOp> of(Ledger ledger) {
        VoidOps all = new VoidOps(ledger);
        for (Place place : ledger.project().accessChanges()) {
            all.access(place);
        }
        ledger.project().gone().forEach(all::item);
        for (Item item : ledger.project().items()) {
            if (item.hasVoid()) {
                all.item(item.key());
            }
        }
        return all.found.subList(0, Math.min(all.found.size(), OPS_MAX));
    }

    private void item(ItemKey key) {
        if (found.size() < OPS_MAX) {
            ledger.history()
                    .itemLog(
                            key,
                            (place, index, written) ->
                                    look(key, place, ledger.project().verdicts(place), index));
        }
    }

    private void access(Place place) {
        Change change = ledger.history().change(place);
        List<Verdict> verdicts = ledger.project().verdicts(place);
        for (int i = 0; i < change.ops().size() && found.size() < OPS_MAX; i++) {
            if (change.op(i) instanceof Op.Access) {
                look(null, place, verdicts, i);
            }
        }
    }

    private void look(@Nullable ItemKey item, Place place, List<Verdict> verdicts, int index) {
        Verdict verdict = verdicts.get(index);
        if (verdict == Verdict.COUNTS) {
            return;
        }
        Change change = ledger.history().change(place);
        found.add(
                new VoidOp(
                        item,
                        new Ref(change.id(), index),
                        change.device(),
                        change.actor(),
                        change.header().wallMs(),
                        change.op(index),
                        verdict));
    }
}

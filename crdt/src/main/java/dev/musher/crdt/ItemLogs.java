package dev.musher.crdt;

import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.Dag;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Place;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.pipeline.Item;
import dev.musher.crdt.pipeline.Transitions;
import dev.musher.crdt.pipeline.Written;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the rows of items' logs. What a move writes is decided here, once and for ever. */
final class ItemLogs {

    /** Heads that are looked through before the log is asked. */
    private static final int HEADS_FEW = 16;

    private final Dag dag;
    private final History history;
    private final Places places;
    private final Items items;

    ItemLogs(Dag dag, History history, Places places, Items items) {
        this.dag = dag;
        this.history = history;
        this.places = places;
        this.items = items;
    }

    /** The rows of a change that is being applied. */
    List<LogRecord> of(Place place, Change change) {
        List<LogRecord> out = new ArrayList<>(change.ops().size());
        for (int i = 0; i < change.ops().size(); i++) {
            ItemKey item = Judge.itemOf(change, i);
            if (item != null) {
                Op op = change.op(i);
                Written written =
                        op instanceof Op.NewItem
                                ? Written.created(change, i)
                                : op instanceof Op.Move move ? written(change, i, move) : null;
                out.add(new LogRecord(item, change.lamport(), place, i, written));
            }
        }
        return out;
    }

    private @Nullable Written written(Change change, int index, Op.Move move) {
        List<@Nullable Written> bases = new ArrayList<>(move.bases().size());
        Item item = items.get(move.item());
        for (Ref base : move.bases()) {
            Written head = item == null ? null : head(item, base);
            Written written = head != null ? head : written(move.item(), base);
            if (written == null) {
                // Naming what wrote nothing is illegal, whatever else is named.
                return null;
            }
            bases.add(written);
        }
        return Transitions.written(change, index, move, bases);
    }

    /** The common case: the base is one of few heads, and the log need not be read. */
    private static @Nullable Written head(Item item, Ref ref) {
        List<Written> heads = item.moves();
        for (int i = 0; i < heads.size() && i < HEADS_FEW; i++) {
            if (heads.get(i).ref().equals(ref)) {
                return heads.get(i);
            }
        }
        return null;
    }

    /** What an op of an item's log wrote; null where it wrote no stage or is of another item. */
    @Nullable Written written(ItemKey item, Ref ref) {
        Place at = places.get(ref.change());
        return history.written(item, dag.lamport(at), at, ref);
    }
}

package dev.musher.crdt;

import dev.musher.crdt.change.Change;
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

    private final History history;
    private final Places places;
    private final Items items;

    ItemLogs(History history, Places places, Items items) {
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
            bases.add(head != null ? head : written(move.item(), base));
        }
        return Transitions.written(change, index, move, bases);
    }

    /** The common case: the base is a head, and the log need not be read. */
    private static @Nullable Written head(Item item, Ref ref) {
        for (Written head : item.moves()) {
            if (head.ref().equals(ref)) {
                return head;
            }
        }
        return null;
    }

    /** What an op of an item's log wrote; null where it wrote no stage or is of another item. */
    @Nullable Written written(ItemKey item, Ref ref) {
        Place at = places.get(ref.change());
        @Nullable Written[] found = new Written[1];
        history.itemLog(
                item,
                (place, index, written) -> {
                    if (index == ref.index() && place.equals(at)) {
                        found[0] = written;
                    }
                });
        return found[0];
    }
}

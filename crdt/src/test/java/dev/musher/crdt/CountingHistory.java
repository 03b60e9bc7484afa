package dev.musher.crdt;

import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Place;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.pipeline.Written;
import org.jspecify.annotations.Nullable;

/** A history that counts what is read of it: what the fold costs, whatever the machine does. */
final class CountingHistory implements History {

    final MemoryHistory in = new MemoryHistory();

    /** Rows of logs that were looked at. */
    long rows;

    /** Changes that were read. */
    long changes;

    @Override
    public @Nullable Place find(ChangeId id) {
        return in.find(id);
    }

    @Override
    public Change change(Place place) {
        changes++;
        return in.change(place);
    }

    @Override
    public void itemLog(ItemKey item, LogVisitor visitor) {
        in.itemLog(
                item,
                (place, index, written) -> {
                    rows++;
                    visitor.op(place, index, written);
                });
    }

    @Override
    public @Nullable Written written(ItemKey item, long lamport, Place place, Ref ref) {
        rows++;
        return in.written(item, lamport, place, ref);
    }
}

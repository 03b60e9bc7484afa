package dev.musher.crdt;

import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Dag;
import dev.musher.crdt.change.Place;
import org.jspecify.annotations.Nullable;

/**
 * Finds changes by id: heads first, then what was looked up or applied of late, then the history.
 * The cache is one slot a hash, so that its cost and bound are plain; which ids it holds alters no
 * answer. One thread.
 */
final class Places {

    private static final int SLOTS = 1 << 14;

    private final Dag dag;
    private final History history;
    private final @Nullable ChangeId[] ids = new ChangeId[SLOTS];
    private final @Nullable Place[] places = new Place[SLOTS];

    Places(Dag dag, History history) {
        this.dag = dag;
        this.history = history;
    }

    @Nullable Place find(ChangeId id) {
        int slot = id.hashCode() & (SLOTS - 1);
        if (id.equals(ids[slot])) {
            return places[slot];
        }
        Place place = dag.headPlace(id);
        if (place == null) {
            place = history.find(id);
        }
        if (place != null) {
            ids[slot] = id;
            places[slot] = place;
        }
        return place;
    }

    /** The place of a change that is known to be here. */
    Place get(ChangeId id) {
        Place place = find(id);
        if (place == null) {
            throw new IllegalStateException("lost change " + id);
        }
        return place;
    }

    void add(ChangeId id, Place place) {
        int slot = id.hashCode() & (SLOTS - 1);
        ids[slot] = id;
        places[slot] = place;
    }
}

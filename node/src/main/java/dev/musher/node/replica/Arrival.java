package dev.musher.node.replica;

import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Op;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * One event of the feed: a change has become part of this node's history.
 *
 * @param sequence 1.. without gaps, in the order of arrival at this store; half of a cursor
 */
public record Arrival(long sequence, Change change) {

    /** Items that the change's ops are on, in their order. */
    public List<ItemKey> items() {
        Set<ItemKey> keys = new LinkedHashSet<>();
        for (int i = 0; i < change.ops().size(); i++) {
            switch (change.ops().get(i)) {
                case Op.NewItem made -> keys.add(ItemKey.of(change.id(), i));
                case Op.OnItem on -> keys.add(on.item());
                case Op.Access access -> {}
                case Op.Unknown unknown -> {}
            }
        }
        return List.copyOf(keys);
    }

    /**
     * Whether it may have changed who counts, and so rows of items it does not name: read all
     * again.
     */
    public boolean changesAccess() {
        return change.holdsAccess();
    }
}

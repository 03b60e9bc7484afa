package dev.musher.crdt;

import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Place;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.pipeline.Written;
import org.jspecify.annotations.Nullable;

/**
 * The changes that were applied, read only. {@link Project} asks it for what it does not hold in
 * memory. It shows every {@link Patch} that {@link Project#apply} has returned, also those not yet
 * on disk, and nothing of a change that is being applied.
 */
public interface History {

    /** Where a change stands, or null if it was not applied. */
    @Nullable Place find(ChangeId id);

    /** The change at a place; {@link IllegalStateException} if there is none. */
    Change change(Place place);

    /** Gives every op on an item to {@code visitor}, void ones too, in any order. */
    void itemLog(ItemKey item, LogVisitor visitor);

    /**
     * What one op of an item's log wrote, found by the log's own key and not by a walk through it;
     * null where it wrote no stage or is not in that log.
     *
     * @param lamport of the change at {@code place}, whose op is {@code ref}
     */
    @Nullable Written written(ItemKey item, long lamport, Place place, Ref ref);
}

package dev.musher.crdt;

import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Place;
import dev.musher.crdt.pipeline.Item;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What one applied change altered: the rows to store, and what viewers must hear of.
 *
 * @param newBranch the branch it opened, or null
 * @param log its rows in the logs of items
 * @param items every item whose row may have changed; null where it is no longer there
 * @param accessChanged whether the membership was resolved again
 * @param deferred whether more flipped than is folded at once, and is left to {@link
 *     Project#settle}
 * @param forked whether it made a fork: another change has its chain and seq
 */
public record Patch(
        Place place,
        Change change,
        @Nullable BranchRecord newBranch,
        ArrivalRecord arrival,
        List<LogRecord> log,
        SortedMap<ItemKey, @Nullable Item> items,
        boolean accessChanged,
        boolean deferred,
        boolean forked) {

    /** Copies the list. */
    public Patch {
        log = List.copyOf(log);
    }
}

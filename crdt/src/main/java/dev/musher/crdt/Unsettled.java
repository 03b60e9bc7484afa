package dev.musher.crdt;

import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Place;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What late verdicts left to be folded again, in the form that is kept over a restart: items that
 * the changes of some runs touch, and further ones. It may name more than what flipped, as folding
 * an item again is never wrong; it never names less.
 *
 * @param runs by branch, the changes to look at
 * @param items further items
 */
public record Unsettled(SortedMap<Integer, Run> runs, SortedSet<ItemKey> items) {

    /** Changes of a branch, first and last seq. */
    public record Run(int from, int to) {}

    /** Nothing. */
    public static final Unsettled NOTHING = new Unsettled(new TreeMap<>(), new TreeSet<>());

    /** Copies the collections. */
    public Unsettled {
        runs = Collections.unmodifiableSortedMap(new TreeMap<>(runs));
        items = Collections.unmodifiableSortedSet(new TreeSet<>(items));
    }

    /** Whether nothing is left. */
    public boolean isEmpty() {
        return runs.isEmpty() && items.isEmpty();
    }

    /** Whether an item with this log is named. */
    public boolean names(ItemKey item, List<LogRecord> log) {
        return items.contains(item) || log.stream().anyMatch(record -> holds(record.place()));
    }

    private boolean holds(Place place) {
        Run run = runs.get(place.branch());
        return run != null && run.from() <= place.seq() && place.seq() <= run.to();
    }
}

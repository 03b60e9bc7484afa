package dev.musher.crdt;

import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.pipeline.Item;
import dev.musher.crdt.pipeline.Logged;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Folds again, piece by piece, what late verdicts flipped: first the changes are read to find their
 * items, then these are folded in the order of their keys. Verdicts are the new ones at once, and
 * whatever arrives meanwhile is applied to rows that are out of date; that is no harm, because a
 * fold reads the whole log and each item named is folded after the last flip that named it.
 *
 * <p>To be resumed: {@link #left} is kept when {@link #add} was called, {@link #folded} with each
 * piece. One thread.
 */
final class Settling {

    private final Judge judge;
    private final SortedMap<Integer, Unsettled.Run> runs = new TreeMap<>();
    private final TreeSet<ItemKey> named = new TreeSet<>();
    private final ArrayDeque<Flip> unread = new ArrayDeque<>();
    private final TreeSet<ItemKey> due = new TreeSet<>();
    private @Nullable ItemKey folded;
    private long unreadChanges;

    Settling(Judge judge) {
        this.judge = judge;
    }

    boolean isDone() {
        return runs.isEmpty() && named.isEmpty();
    }

    /** Changes to be read and items to be folded; of the latter those found so far. */
    long size() {
        return unreadChanges + due.size();
    }

    /** All that was added since there was nothing. */
    Unsettled left() {
        return new Unsettled(runs, named);
    }

    /** Up to this key the items of {@link #left} are folded; null for none of them. */
    @Nullable ItemKey folded() {
        return folded;
    }

    void add(List<Flip> flips, Collection<ItemKey> items) {
        for (Flip flip : flips) {
            runs.merge(
                    flip.branch(),
                    new Unsettled.Run(flip.from(), flip.to()),
                    (a, b) ->
                            new Unsettled.Run(
                                    Math.min(a.from(), b.from()), Math.max(a.to(), b.to())));
            unread.add(flip);
            unreadChanges += flip.changes();
        }
        named.addAll(items);
        due.addAll(items);
        folded = null;
    }

    /** Goes on with what was kept. */
    void resume(Unsettled kept, @Nullable ItemKey upTo) {
        kept.runs()
                .forEach((branch, run) ->
                        add(
                                List.of(new Flip(branch, run.from(), run.to(), null, null)),
                                List.of()));
        add(List.of(), kept.items());
        folded = upTo;
    }

    /**
     * One piece.
     *
     * @param max ops read and folded, at least one; a change is read and an item folded whole
     * @return the items folded
     */
    SortedMap<ItemKey, @Nullable Item> piece(int max) {
        SortedMap<ItemKey, @Nullable Item> out = new TreeMap<>();
        long left = max;
        while (left > 0 && !isDone()) {
            Flip flip = unread.pollFirst();
            if (flip != null) {
                left -= read(flip, left);
                continue;
            }
            ItemKey key = due.pollFirst();
            if (key == null) {
                runs.clear();
                named.clear();
                folded = null;
            } else if (folded == null || key.compareTo(folded) > 0) {
                List<Logged> log = judge.log(key);
                out.put(key, Item.fold(key, log));
                left -= Math.max(1, log.size());
                folded = key;
            }
        }
        return out;
    }

    /** Reads changes of a flip until so many ops were read, and one at least; how many it were. */
    private long read(Flip flip, long max) {
        long ops = 0;
        int next = flip.from();
        while (next <= flip.to() && ops < max) {
            ops += judge.touch(flip, next++, due);
        }
        unreadChanges -= next - flip.from();
        if (next <= flip.to()) {
            unread.addFirst(new Flip(flip.branch(), next, flip.to(), flip.before(), flip.after()));
        }
        return ops;
    }
}

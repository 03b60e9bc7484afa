package dev.musher.node.replica;

import dev.musher.crdt.ArrivalRecord;
import dev.musher.crdt.BranchRecord;
import dev.musher.crdt.LogRecord;
import dev.musher.crdt.Unsettled;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.pipeline.Item;
import dev.musher.node.store.Reader;
import dev.musher.node.store.StoreCorruptException;
import dev.musher.node.store.Table;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.SortedMap;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Compares the derived rows of a store with those that a fresh fold of its changes makes. What
 * differs is told as the row's name and what is wrong with it. Alters nothing.
 *
 * <p>Not thread safe.
 */
public final class DerivedRows {

    private final Reader store;
    private final BiConsumer<String, String> wrong;

    /** Rows of {@code store}; {@code wrong} takes the name of a row and what is wrong with it. */
    public DerivedRows(Reader store, BiConsumer<String, String> wrong) {
        this.store = store;
        this.wrong = wrong;
    }

    /** Whether the row of an arrival is the one that the fold makes. */
    public static boolean isArrival(byte[] row, ArrivalRecord record, ChangeId id) {
        return Arrays.equals(row, Rows.arrival(record, id));
    }

    /** Compares the rows of the branches. */
    public void branches(List<BranchRecord> branches) {
        compare(
                Table.CHAINS,
                branches.stream()
                        .map(b -> new Reader.Row(Rows.branchKey(b.branch()), Rows.branch(b)))
                        .iterator());
    }

    /**
     * Compares the rows of all items, but those of which the store itself says that they are still
     * to be folded again.
     */
    public void items(Collection<Item> items, SortedMap<ItemKey, List<LogRecord>> logs) {
        Unsettled left = Ledger.unsettled(store);
        ItemKey upTo = Ledger.settledUpTo(store);
        Predicate<ItemKey> judged =
                key ->
                        left.isEmpty()
                                || (upTo != null && key.compareTo(upTo) <= 0)
                                || !left.names(key, logs.getOrDefault(key, List.of()));
        compare(
                Table.ITEMS,
                items.stream()
                        .filter(item -> judged.test(item.key()))
                        .map(item -> new Reader.Row(item.key().bytes(), item.stored()))
                        .iterator(),
                key -> judged.test(ItemKey.at(key, 0)));
    }

    /** Compares the logs of all items. */
    public void logs(SortedMap<ItemKey, List<LogRecord>> logs) {
        Comparator<LogRecord> order =
                Comparator.comparingLong(LogRecord::lamport)
                        .thenComparingInt(r -> r.place().branch())
                        .thenComparingInt(r -> r.place().seq())
                        .thenComparingInt(LogRecord::index);
        compare(
                Table.ITEM_LOG,
                logs.values().stream()
                        .flatMap(records -> records.stream().sorted(order))
                        .map(r -> new Reader.Row(Rows.logKey(r), Rows.logRow(r)))
                        .iterator());
    }

    private void compare(Table table, Iterator<Reader.Row> expected) {
        compare(table, expected, key -> true);
    }

    /** Walks both in the order of their keys; rows of the store that are not judged are skipped. */
    private void compare(Table table, Iterator<Reader.Row> expected, Predicate<byte[]> judged) {
        Reader.@Nullable Row[] next = {expected.hasNext() ? expected.next() : null};
        try {
            store.scan(
                    table,
                    new byte[0],
                    null,
                    (key, row) -> {
                        if (!judged.test(key)) {
                            return true;
                        }
                        Reader.Row due = next[0];
                        while (due != null && Arrays.compareUnsigned(due.key(), key) < 0) {
                            missing(table, due);
                            due = expected.hasNext() ? expected.next() : null;
                        }
                        if (due == null || !Arrays.equals(due.key(), key)) {
                            tell(table, key, "no change makes this row");
                        } else {
                            if (!Arrays.equals(due.value(), row)) {
                                tell(table, key, "it is not what the changes make of it");
                            }
                            due = expected.hasNext() ? expected.next() : null;
                        }
                        next[0] = due;
                        return true;
                    });
        } catch (StoreCorruptException e) {
            wrong.accept("table " + table, String.valueOf(e.getMessage()));
            return;
        }
        for (Reader.Row due = next[0];
                due != null;
                due = expected.hasNext() ? expected.next() : null) {
            missing(table, due);
        }
    }

    private void missing(Table table, Reader.Row due) {
        tell(table, due.key(), "the row is not there");
    }

    private void tell(Table table, byte[] key, String text) {
        String item =
                (table == Table.ITEMS || table == Table.ITEM_LOG) && key.length >= ItemKey.LENGTH
                        ? " (item " + ItemKey.at(key, 0).shortId() + ")"
                        : "";
        wrong.accept(StoredChanges.key(table, key) + item, text);
    }
}

package dev.musher.crdt.pipeline;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Items by column, all columns in the board's order, deleted items left out. Within a column by
 * order key, then priority, number, key. A value; thread safe.
 *
 * @param columns every {@link Column}, empty ones too; unmodifiable
 */
public record Board(SortedMap<Column, List<Item>> columns) {

    private record Placed(String order, Item item) {}

    private static final Comparator<Placed> ORDER =
            Comparator.comparing(Placed::order)
                    .thenComparingLong(p -> p.item().priority())
                    .thenComparingLong(p -> p.item().number())
                    .thenComparing(p -> p.item().key());

    /** The board of {@code items} in any order. */
    public static Board of(Collection<Item> items) {
        SortedMap<Column, List<Placed>> placed = new TreeMap<>();
        for (Item item : items) {
            if (!item.deleted()) {
                placed.computeIfAbsent(item.column(), c -> new ArrayList<>())
                        .add(new Placed(OrderKeys.of(item), item));
            }
        }
        SortedMap<Column, List<Item>> out = new TreeMap<>();
        for (Column column : Column.values()) {
            List<Placed> in = placed.getOrDefault(column, List.of());
            out.put(column, in.stream().sorted(ORDER).map(Placed::item).toList());
        }
        return new Board(Collections.unmodifiableSortedMap(out));
    }

    /** The items of one column. */
    public List<Item> column(Column column) {
        return columns.getOrDefault(column, List.of());
    }
}

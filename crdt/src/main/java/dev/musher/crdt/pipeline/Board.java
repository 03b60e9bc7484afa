package dev.musher.crdt.pipeline;

import java.util.Collection;
import java.util.List;
import java.util.SortedMap;

/** Skeleton. */
public record Board(SortedMap<Column, List<Item>> columns) {
    public static Board of(Collection<Item> items) { throw new UnsupportedOperationException(); }
}

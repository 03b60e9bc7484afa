package dev.musher.crdt.pipeline;

import dev.musher.crdt.change.ItemKey;
import java.util.Collection;
import java.util.List;

/** Skeleton. */
public final class Dependencies {
    public static Dependencies of(Collection<Item> items) { throw new UnsupportedOperationException(); }
    public List<ItemKey> waitingOn(ItemKey item) { return List.of(); }
    public List<Edge> leftOut() { return List.of(); }
    public record Edge(ItemKey item, ItemKey on) {}
}

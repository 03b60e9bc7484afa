package dev.musher.crdt;

import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.ItemKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Skeleton. */
public final class StateTrie {
    public void put(ItemKey key, ChangeId rowHash) {}
    public void remove(ItemKey key) {}
    public int size() { return 0; }
    public ChangeId root() { return ChangeId.ZERO; }
    public Node node(String path) { return new Empty(); }
    public ChangeId hash(String path) { return ChangeId.ZERO; }
    public List<ItemKey> keys(String path) { return List.of(); }
    public sealed interface Node {}
    public record Empty() implements Node {}
    public record Leaf(ItemKey key, ChangeId hash) implements Node {}
    public record Inner(List<@Nullable ChangeId> children) implements Node {}
}

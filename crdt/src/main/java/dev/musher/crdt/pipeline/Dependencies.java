package dev.musher.crdt.pipeline;

import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.SetName;
import dev.musher.crdt.change.Value;
import dev.musher.crdt.type.AddWinsSet;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * What waits for what, without cycles. People apart may each add half of a cycle, and both adds
 * count; so the planner takes the edges within a strongly connected component in the order of
 * (lamport, ref) and leaves out each that closes a cycle. Every node leaves out the same ones.
 * State keeps them all.
 *
 * <p>Components by Tarjan 1972, without recursion: a chain may be as long as the project. Built
 * from items at one moment; immutable; thread safe.
 */
public final class Dependencies {

    /** {@code item} depends on {@code on}. */
    public record Edge(ItemKey item, ItemKey on) {}

    private record Dated(Edge edge, AddWinsSet.Tag added) {}

    private static final Comparator<Dated> ORDER =
            Comparator.comparing(Dated::added)
                    .thenComparing(d -> d.edge().item())
                    .thenComparing(d -> d.edge().on());

    private final Map<ItemKey, Item> items = new HashMap<>();
    private final Map<ItemKey, List<ItemKey>> kept = new TreeMap<>();
    private final List<Edge> leftOut = new ArrayList<>();

    private Dependencies() {}

    /** The dependencies among {@code items}; those of deleted items do not exist. */
    public static Dependencies of(Collection<Item> items) {
        Dependencies out = new Dependencies();
        Map<ItemKey, List<ItemKey>> graph = new TreeMap<>();
        List<Dated> edges = new ArrayList<>();
        for (Item item : items) {
            out.items.put(item.key(), item);
            if (!item.deleted()) {
                for (AddWinsSet.Entry<Value> e : item.set(SetName.DEPENDS_ON).entries()) {
                    if (e.element() instanceof Value.Item on) {
                        edges.add(new Dated(new Edge(item.key(), on.key()), e.first()));
                        graph.computeIfAbsent(item.key(), k -> new ArrayList<>()).add(on.key());
                    }
                }
            }
        }
        edges.sort(ORDER);
        Map<ItemKey, Integer> component = components(graph);
        Map<ItemKey, List<ItemKey>> inner = new HashMap<>();
        for (Dated d : edges) {
            Edge e = d.edge();
            boolean cyclic = Objects.equals(component.get(e.item()), component.get(e.on()));
            if (cyclic && reaches(inner, e.on(), e.item())) {
                out.leftOut.add(e);
                continue;
            }
            if (cyclic) {
                inner.computeIfAbsent(e.item(), k -> new ArrayList<>()).add(e.on());
            }
            out.kept.computeIfAbsent(e.item(), k -> new ArrayList<>()).add(e.on());
        }
        return out;
    }

    /** What an item depends on, edges that close a cycle left out, oldest first. */
    public List<ItemKey> of(ItemKey item) {
        return List.copyOf(kept.getOrDefault(item, List.of()));
    }

    /**
     * The dependencies that hold an item up: those that are neither Done nor Archived. A deleted
     * one holds nothing up; one that has not arrived does.
     */
    public List<ItemKey> waitingOn(ItemKey item) {
        List<ItemKey> out = new ArrayList<>();
        for (ItemKey on : of(item)) {
            Item dependency = items.get(on);
            if (dependency == null || !dependency.deleted() && !finished(dependency)) {
                out.add(on);
            }
        }
        return out;
    }

    /** The edges that close a cycle, in (lamport, ref) order. */
    public List<Edge> leftOut() {
        return List.copyOf(leftOut);
    }

    private static boolean finished(Item item) {
        return switch (item.column()) {
            case DONE, ARCHIVED -> true;
            case BACKLOG, CODING, QA, MERGE, CLOSED -> false;
        };
    }

    private static boolean reaches(Map<ItemKey, List<ItemKey>> graph, ItemKey from, ItemKey to) {
        Set<ItemKey> seen = new HashSet<>();
        ArrayDeque<ItemKey> todo = new ArrayDeque<>(List.of(from));
        while (!todo.isEmpty()) {
            ItemKey at = todo.pop();
            if (at.equals(to)) {
                return true;
            }
            if (seen.add(at)) {
                todo.addAll(graph.getOrDefault(at, List.of()));
            }
        }
        return false;
    }

    private static Map<ItemKey, Integer> components(Map<ItemKey, List<ItemKey>> graph) {
        Components search = new Components(graph);
        graph.keySet().forEach(search::visit);
        return search.component;
    }

    /** Tarjan's search with its own stack of (vertex, next edge). */
    private static final class Components {

        private static final class Frame {
            final ItemKey vertex;
            int next;

            Frame(ItemKey vertex) {
                this.vertex = vertex;
            }
        }

        private final Map<ItemKey, List<ItemKey>> graph;
        private final Map<ItemKey, Integer> index = new HashMap<>();
        private final Map<ItemKey, Integer> low = new HashMap<>();
        private final ArrayDeque<ItemKey> open = new ArrayDeque<>();
        final Map<ItemKey, Integer> component = new HashMap<>();
        private int found;

        Components(Map<ItemKey, List<ItemKey>> graph) {
            this.graph = graph;
        }

        void visit(ItemKey start) {
            if (index.containsKey(start)) {
                return;
            }
            ArrayDeque<Frame> stack = new ArrayDeque<>();
            stack.push(enter(start));
            while (!stack.isEmpty()) {
                Frame frame = stack.element();
                List<ItemKey> edges = graph.getOrDefault(frame.vertex, List.of());
                if (frame.next < edges.size()) {
                    ItemKey to = edges.get(frame.next++);
                    if (!index.containsKey(to)) {
                        stack.push(enter(to));
                    } else if (!component.containsKey(to)) {
                        low.merge(frame.vertex, index.getOrDefault(to, 0), Math::min);
                    }
                } else {
                    leave(stack.pop().vertex);
                    if (!stack.isEmpty()) {
                        low.merge(
                                stack.element().vertex,
                                low.getOrDefault(frame.vertex, 0),
                                Math::min);
                    }
                }
            }
        }

        private Frame enter(ItemKey vertex) {
            low.put(vertex, index.size());
            index.put(vertex, index.size());
            open.push(vertex);
            return new Frame(vertex);
        }

        private void leave(ItemKey vertex) {
            if (Objects.equals(low.get(vertex), index.get(vertex))) {
                ItemKey member;
                do {
                    member = open.pop();
                    component.put(member, found);
                } while (!member.equals(vertex));
                found++;
            }
        }
    }
}

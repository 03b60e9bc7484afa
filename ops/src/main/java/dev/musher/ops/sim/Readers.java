package dev.musher.ops.sim;

import dev.musher.crdt.PastBoard;
import dev.musher.crdt.Rules;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.pipeline.Board;
import dev.musher.crdt.pipeline.Column;
import dev.musher.crdt.pipeline.Dependencies;
import dev.musher.crdt.pipeline.Item;
import dev.musher.node.replica.Arrival;
import dev.musher.node.replica.EventPage;
import dev.musher.node.replica.HistoryEntry;
import dev.musher.node.replica.Published;
import dev.musher.node.replica.Queries;
import dev.musher.node.replica.Resolved;
import java.util.ArrayList;
import java.util.List;

/**
 * What readers are told fits together: events are all the changes, each once and in order; the name
 * of an item finds it; the board holds each item once; the past is the fold of what was then.
 */
final class Readers implements Invariant {

    private static final int PAGE = 50;

    /** Items looked at closely, at each look. */
    private static final int ITEMS = 12;

    @Override
    public void shown(World world, SimNode node, Published published) {
        check(node, published);
    }

    /** The past as well, which takes long to ask for. */
    @Override
    public void atEnd(World world) {
        SimNode node = world.honest().getLast();
        Published published = node.published();
        Queries queries = node.queries();
        if (published != null && queries != null) {
            check(node, published);
            past(queries, events(queries, published));
        }
    }

    private static void check(SimNode node, Published published) {
        Queries queries = node.queries();
        if (queries == null) {
            throw new Violation("readers", "node " + node.index() + " answers nobody");
        }
        List<Change> events = events(queries, published);
        if (events.size() != published.changes()) {
            throw new Violation(
                    "readers", events.size() + " events of " + published.changes() + " changes");
        }
        board(queries);
        int[] left = {ITEMS};
        published
                .items()
                .forEach((key, item) -> {
                    if (left[0]-- > 0) {
                        item(queries, item);
                    }
                });
    }

    /** All there is, page by page, from the beginning. */
    private static List<Change> events(Queries queries, Published published) {
        String cursor = published.cursor();
        if (!(queries.events("00" + cursor, PAGE) instanceof EventPage.Resync)) {
            throw new Violation("readers", "a cursor of another store is taken");
        }
        cursor = cursor.substring(0, cursor.lastIndexOf('-') + 1) + "0";
        List<Change> out = new ArrayList<>();
        long sequence = 0;
        while (true) {
            if (!(queries.events(cursor, PAGE) instanceof EventPage.Events page)) {
                throw new Violation("readers", "no event after " + cursor);
            }
            if (page.events().isEmpty()) {
                return out;
            }
            for (Arrival arrival : page.events()) {
                if (arrival.sequence() != ++sequence) {
                    throw new Violation("readers", "event " + arrival + ", not " + sequence);
                }
                out.add(arrival.change());
            }
            cursor = page.cursor();
        }
    }

    private static void board(Queries queries) {
        List<Item> items = queries.items(item -> true);
        Board board = Board.of(items);
        int shown = 0;
        for (Column column : Column.values()) {
            for (Item item : board.column(column)) {
                shown++;
                if (item.column() != column) {
                    throw new Violation("readers", item + " stands in " + column);
                }
            }
        }
        if (shown != items.size()) {
            throw new Violation("readers", shown + " on the board of " + items.size());
        }
        Dependencies dependencies = Dependencies.of(items);
        for (Item item : items) {
            noCycle(dependencies, item.key(), item.key(), items.size());
            List<ItemKey> on = dependencies.of(item.key());
            if (!on.containsAll(dependencies.waitingOn(item.key()))) {
                throw new Violation("readers", item + " waits for what it does not depend on");
            }
        }
    }

    /** Follows first edges: a cycle would never end. */
    private static void noCycle(Dependencies of, ItemKey from, ItemKey at, int steps) {
        List<ItemKey> on = of.of(at);
        if (!on.isEmpty()) {
            if (steps == 0) {
                throw new Violation("readers", "dependencies of " + from + " have a cycle");
            }
            noCycle(of, from, on.getFirst(), steps - 1);
        }
    }

    private static void item(Queries queries, Item item) {
        String name = Queries.display(queries.now(), item);
        Resolved meant = Queries.resolve(queries.now(), name, true);
        boolean found = meant instanceof Resolved.Found f && f.item().key().equals(item.key());
        // Among deleted ones a number may stay shared: nobody is asked to tell those apart.
        if (!found && !item.deleted()) {
            throw new Violation("readers", name + " means " + meant + ", not " + item);
        }
        long before = 0;
        for (HistoryEntry entry : queries.history(item.key())) {
            if (entry.change().lamport() < before || queries.change(entry.change().id()) == null) {
                throw new Violation("readers", "history of " + item + " has " + entry);
            }
            before = entry.change().lamport();
        }
    }

    /** The board at the moment of a change in the middle. */
    private static void past(Queries queries, List<Change> events) {
        if (events.isEmpty()) {
            return;
        }
        long at = events.get(events.size() / 2).header().wallMs();
        List<Item> shown = queries.past(at);
        List<Item> folded = List.copyOf(PastBoard.fold(Rules.PRODUCT, events, at).items());
        if (!shown.equals(folded)) {
            throw new Violation("readers", "the past at " + at + " is another");
        }
    }
}

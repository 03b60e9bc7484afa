package dev.musher.ops.sim;

import dev.musher.crdt.Admission;
import dev.musher.crdt.MemoryHistory;
import dev.musher.crdt.Project;
import dev.musher.crdt.Rules;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.CounterName;
import dev.musher.crdt.change.Op;
import dev.musher.node.replica.Arrival;
import dev.musher.node.replica.Published;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * I10 and I1: what a node shows is the fold of the changes, from scratch and in another order, and
 * no increment of a counter is lost.
 */
final class ViewIsFold implements Invariant {

    private final SortedMap<ChangeId, Change> changes = new TreeMap<>();

    @Override
    public void published(World world, SimNode node, List<Arrival> arrivals) {
        arrivals.forEach(a -> changes.put(a.change().id(), a.change()));
    }

    @Override
    public void atEnd(World world) {
        MemoryHistory history = new MemoryHistory();
        Project project = new Project(Rules.PRODUCT, history);
        List<Change> order = new ArrayList<>(changes.values());
        order.sort(
                Comparator.comparingLong(Change::lamport)); // stable: ties stay in the order of ids
        long counted = 0;
        for (Change change : order) {
            if (!(project.check(change) instanceof Admission.Admitted admitted)) {
                throw new Violation(
                        "I2",
                        "admitted on a node, not by the fold: "
                                + project.check(change)
                                + " "
                                + change);
            }
            history.add(project.apply(admitted));
            for (Op op : change.ops()) {
                counted +=
                        op instanceof Op.Count c && c.counter() == CounterName.TOKENS
                                ? c.amount()
                                : 0;
            }
        }
        long shown = project.items().stream().mapToLong(i -> i.tokens()).sum();
        if (shown != counted) {
            throw new Violation("A8", "increments add up to " + counted + ", items show " + shown);
        }
        String digest = project.digest().value().hex();
        for (SimNode node : world.nodes()) {
            Published published = node.published();
            if (published == null || !published.digest().equals(digest)) {
                throw new Violation(
                        "I10",
                        "node "
                                + node.index()
                                + " shows another state than the fold of its changes");
            }
        }
    }
}

package dev.musher.ops.sim;

import dev.musher.crdt.Admission;
import dev.musher.crdt.MemoryHistory;
import dev.musher.crdt.Project;
import dev.musher.crdt.Rules;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeId;
import dev.musher.node.replica.Arrival;
import dev.musher.node.replica.Published;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * I10 and I1: what a node shows is the fold of the changes, from scratch and in another order; and
 * that fold keeps the laws of merging.
 */
final class ViewIsFold implements Invariant {

    private final SortedMap<ChangeId, Change> changes = new TreeMap<>();

    @Override
    public void published(World world, SimNode node, List<Arrival> arrivals) {
        // Whatever a node dropped of it, the fold is that of the whole change.
        arrivals.forEach(a ->
                changes.merge(
                        a.change().id(),
                        a.change(),
                        (before, now) -> before.isOutline() ? now : before));
    }

    /** At a moment in between: what one node shows is the fold of what is on its disk. */
    @Override
    public void shown(World world, SimNode node, Published published) {
        List<Change> held = changes.values().stream().filter(c -> node.holds(c.id())).toList();
        if (held.size() < node.held()) {
            return; // a crash came before the node could show what it holds: it tells of it nowhere
            // yet
        }
        String digest = fold(held, new MemoryHistory()).digest().value().hex();
        if (!published.digest().equals(digest)) {
            throw new Violation(
                    "A10",
                    "node "
                            + node.index()
                            + " shows another state than the fold of its disk, "
                            + held.size()
                            + " changes");
        }
    }

    @Override
    public void atEnd(World world) {
        // What an older disk took away with it is gone; else nothing is.
        List<Change> held =
                changes.values().stream()
                        .filter(c -> world.honest().stream().anyMatch(n -> n.holds(c.id())))
                        .toList();
        MemoryHistory history = new MemoryHistory();
        Project project = fold(held, history);
        MergeLaws.check(project, history, held);
        String digest = project.digest().value().hex();
        for (SimNode node : world.honest()) {
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

    private static Project fold(Collection<Change> of, MemoryHistory history) {
        Project project = new Project(Rules.PRODUCT, history);
        List<Change> order = new ArrayList<>(of);
        order.sort(
                Comparator.comparingLong(Change::lamport)); // stable: ties stay in the order of ids
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
        }
        return project;
    }
}

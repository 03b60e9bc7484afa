package dev.musher.ops.sim;

import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Header;
import dev.musher.node.replica.Arrival;
import dev.musher.node.replica.HeadView;
import dev.musher.node.replica.Published;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * D4: of a chain that any two honest nodes were shown differently, in the end each of them holds
 * both branches: the proof that its author forked it.
 */
final class ForksAreKnown implements Invariant {

    private record Epoch(DeviceId device, long epoch) {}

    private record Branches(ChangeId one, ChangeId other) {}

    private record Position(Epoch epoch, long seq) {}

    private static final Comparator<Epoch> EPOCHS =
            Comparator.comparing(Epoch::device).thenComparingLong(Epoch::epoch);

    private final SortedMap<Position, ChangeId> first =
            new TreeMap<>(
                    Comparator.comparing(Position::epoch, EPOCHS).thenComparingLong(Position::seq));
    private final SortedMap<Epoch, Branches> forked = new TreeMap<>(EPOCHS);

    /** Chains in which two changes were seen at one place. */
    int forks() {
        return forked.size();
    }

    @Override
    public void published(World world, SimNode node, List<Arrival> arrivals) {
        if (!world.isHonest(node)) {
            return;
        }
        for (Arrival arrival : arrivals) {
            Header header = arrival.change().header();
            if (!world.isEquivocator(header.device())) {
                continue;
            }
            Epoch epoch = new Epoch(header.device(), header.epoch());
            ChangeId id = arrival.change().id();
            ChangeId other = first.putIfAbsent(new Position(epoch, header.seq()), id);
            if (other != null && !other.equals(id)) {
                forked.putIfAbsent(epoch, new Branches(other, id));
            }
        }
    }

    @Override
    public void atEnd(World world) {
        for (SimNode node : world.honest()) {
            SortedSet<Epoch> known = known(node.published());
            forked.forEach((epoch, branches) -> {
                if (!known.contains(epoch) && isThere(world, branches)) {
                    throw new Violation(
                            "D4",
                            "node " + node.index() + " does not know that " + epoch + " is forked");
                }
            });
        }
    }

    /** An older disk may have taken a branch away with it. */
    private static boolean isThere(World world, Branches branches) {
        return world.honest().stream().anyMatch(n -> n.holds(branches.one()))
                && world.honest().stream().anyMatch(n -> n.holds(branches.other()));
    }

    private static SortedSet<Epoch> known(@Nullable Published shown) {
        SortedSet<Epoch> once = new TreeSet<>(EPOCHS);
        SortedSet<Epoch> twice = new TreeSet<>(EPOCHS);
        for (HeadView head : shown == null ? List.<HeadView>of() : shown.heads()) {
            Epoch epoch = new Epoch(head.device(), head.epoch());
            if (!once.add(epoch)) {
                twice.add(epoch);
            }
        }
        return twice;
    }
}

package dev.musher.ops.sim;

import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.DeviceId;
import dev.musher.node.replica.Arrival;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * I9: no (device, epoch, seq) is used twice by an honest node, also after a crash took its tail.
 */
final class PositionsOnce implements Invariant {

    private record Position(DeviceId device, long epoch, long seq) {}

    private final SortedMap<Position, ChangeId> used =
            new TreeMap<>(
                    Comparator.comparing(Position::device)
                            .thenComparingLong(Position::epoch)
                            .thenComparingLong(Position::seq));

    @Override
    public void published(World world, SimNode node, List<Arrival> arrivals) {
        for (Arrival arrival : arrivals) {
            var header = arrival.change().header();
            Position position = new Position(header.device(), header.epoch(), header.seq());
            ChangeId other = used.putIfAbsent(position, arrival.change().id());
            if (other != null
                    && !other.equals(arrival.change().id())
                    && isHonest(world, header.device())) {
                throw new Violation(
                        "I9", position + " holds " + other + " and " + arrival.change().id());
            }
        }
    }

    private static boolean isHonest(World world, DeviceId device) {
        return world.nodes().stream().anyMatch(n -> n.owned(device) && !world.isTwin(n));
    }

    @Override
    public void atEnd(World world) {
        // Every position was checked when it was first shown.
    }
}

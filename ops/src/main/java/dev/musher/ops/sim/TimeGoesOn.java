package dev.musher.ops.sim;

import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.DeviceId;
import dev.musher.node.replica.Arrival;
import dev.musher.node.replica.MemberView;
import dev.musher.node.replica.Published;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A7 and D7: whatever clocks do, a node's own changes are dated in their order and by its own
 * clock, never by what others say; and who is far ahead is shown to be. With an older disk a device
 * may forget how late it was.
 */
final class TimeGoesOn implements Invariant {

    private static final long AHEAD_MS = 5 * 60_000L;

    private final SortedMap<DeviceId, Long> own = new TreeMap<>();

    @Override
    public void published(World world, SimNode node, List<Arrival> arrivals) {
        SortedMap<DeviceId, Change> last = new TreeMap<>();
        for (Arrival arrival : arrivals) {
            Change change = arrival.change();
            last.put(change.device(), change);
            if (change.device().equals(node.device())
                    && !world.options().oldDisks()
                    && !world.isTwin(node)) {
                own(node, change);
            }
        }
        if (!world.options().oldDisks()) {
            last.values().forEach(change -> ahead(node, change));
        }
    }

    private void own(SimNode node, Change change) {
        long wallMs = change.header().wallMs();
        Long before = own.put(node.device(), wallMs);
        if (before != null && wallMs < before) {
            throw new Violation(
                    "A7", "node " + node.index() + " goes back by " + (before - wallMs) + " ms");
        }
        if (wallMs > node.latestMs()) {
            throw new Violation(
                    "D7",
                    "node "
                            + node.index()
                            + " is "
                            + (wallMs - node.latestMs())
                            + " ms ahead of what its clock ever was");
        }
    }

    private static void ahead(SimNode node, Change change) {
        Published shown = node.published();
        long by = change.header().wallMs() - node.latestMs();
        if (by <= AHEAD_MS || shown == null) {
            return;
        }
        for (MemberView member : shown.members()) {
            if (member.device().equals(change.device()) && member.aheadMs() <= 0) {
                throw new Violation(
                        "D7",
                        "node " + node.index() + " shows nothing of a clock " + by + " ms ahead");
            }
        }
    }

    @Override
    public void atEnd(World world) {
        // Each change was looked at when it was first shown.
    }
}

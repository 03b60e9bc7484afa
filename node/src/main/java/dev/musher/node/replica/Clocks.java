package dev.musher.node.replica;

import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.DeviceId;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the devices' clocks said in their changes. A clock that is more than five minutes ahead of
 * this node's is shown to people; it decides nothing. Bounded by the devices of the project.
 */
final class Clocks {

    /** How far a clock may be ahead before it is shown, ms. */
    static final long AHEAD_MS = 5 * 60_000L;

    private final SortedMap<DeviceId, Long> last = new TreeMap<>(DeviceId::compareTo);
    private final SortedMap<DeviceId, Long> ahead = new TreeMap<>(DeviceId::compareTo);

    /** A change arrived at {@code wallMs} of this node's clock. */
    void saw(Change change, long wallMs) {
        long said = change.header().wallMs();
        last.merge(change.device(), said, Math::max);
        long by = said - wallMs;
        if (by > AHEAD_MS) {
            ahead.put(change.device(), by);
        } else {
            ahead.remove(change.device());
        }
    }

    /** A start found a change of {@code saidMs}; how far ahead that was is not known any more. */
    void found(DeviceId device, long saidMs) {
        last.merge(device, saidMs, Math::max);
    }

    /** The latest clock in a device's changes, or null where it wrote none. */
    @Nullable Long last(DeviceId device) {
        return last.get(device);
    }

    /** How far a device's clock was ahead in its last change since the start; 0 up to 5 minutes. */
    long aheadMs(DeviceId device) {
        return ahead.getOrDefault(device, 0L);
    }
}

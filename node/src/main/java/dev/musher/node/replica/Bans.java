package dev.musher.node.replica;

import dev.musher.crdt.change.DeviceId;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The devices that are not heard for a while: what they sent was no accident. A member can add
 * devices without end, so at the bound the ban goes that ends first, and a new one always counts.
 * Core thread only.
 */
final class Bans {

    private final int most;
    private final SortedMap<DeviceId, Long> untilMs = new TreeMap<>(DeviceId::compareTo);

    /** Nobody is banned; at most so many will be. */
    Bans(int most) {
        this.most = most;
    }

    /** A device is not heard until then, or as long as it was said before. */
    void add(DeviceId device, long until, long nowMs) {
        if (untilMs.size() >= most && !untilMs.containsKey(device)) {
            untilMs.values().removeIf(end -> end <= nowMs);
            if (untilMs.size() >= most) {
                untilMs.remove(
                        Collections.min(untilMs.entrySet(), Map.Entry.comparingByValue()).getKey());
            }
        }
        untilMs.merge(device, until, Math::max);
    }

    /** Whether a device is not heard now. */
    boolean holds(DeviceId device, long nowMs) {
        Long until = untilMs.get(device);
        if (until == null) {
            return false;
        }
        if (nowMs < until) {
            return true;
        }
        untilMs.remove(device);
        return false;
    }
}

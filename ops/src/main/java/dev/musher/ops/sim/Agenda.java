package dev.musher.ops.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Virtual time: what shall happen when. Ties go by the order of entry, so a run is the same each
 * time. Not thread safe.
 */
final class Agenda {

    private record Entry(long atMs, long order, Runnable what) implements Comparable<Entry> {
        @Override
        public int compareTo(Entry o) {
            return atMs != o.atMs ? Long.compare(atMs, o.atMs) : Long.compare(order, o.order);
        }
    }

    private final PriorityQueue<Entry> entries = new PriorityQueue<>();
    private long nowMs;
    private long order;

    Agenda(long startMs) {
        nowMs = startMs;
    }

    long nowMs() {
        return nowMs;
    }

    /** Does {@code what} in {@code delayMs} from now, 0 or more. */
    void in(long delayMs, Runnable what) {
        entries.add(new Entry(nowMs + delayMs, order++, what));
    }

    /** Nothing happens for so long: all that shall happen does so later by that. */
    void sleep(long ms) {
        nowMs += ms;
        List<Entry> later = new ArrayList<>();
        for (Entry entry : entries) {
            later.add(new Entry(entry.atMs + ms, entry.order, entry.what));
        }
        entries.clear();
        entries.addAll(later);
    }

    /** Does the next thing; false when there is none up to {@code untilMs}. */
    boolean step(long untilMs) {
        Entry next = entries.peek();
        if (next == null || next.atMs > untilMs) {
            return false;
        }
        entries.remove();
        nowMs = next.atMs;
        next.what.run();
        return true;
    }
}

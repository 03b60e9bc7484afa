package dev.musher.ops.sim;

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

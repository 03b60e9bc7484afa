package dev.musher.node.replica;

import dev.musher.crdt.change.Change;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** Every change of a store in the order of arrival, read page by page. One thread. */
final class ArrivalPages implements Iterator<Change> {

    private static final int PAGE = 1_000;

    /** Reads arrivals. */
    @FunctionalInterface
    interface Source {
        /** The arrivals {@code from..to}, both in it, or those of them that are wanted. */
        List<Arrival> read(long from, long to);
    }

    private final Source source;
    private final long last;
    private List<Arrival> page = List.of();
    private int at;
    private long next = 1;

    ArrivalPages(Source source, long last) {
        this.source = source;
        this.last = last;
    }

    @Override
    public boolean hasNext() {
        while (at == page.size() && next <= last) {
            long to = Math.min(last, next + PAGE - 1);
            page = source.read(next, to);
            at = 0;
            next = to + 1;
        }
        return at < page.size();
    }

    @Override
    public Change next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return page.get(at++).change();
    }
}

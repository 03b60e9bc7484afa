package dev.musher.node.replica;

import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.Place;
import dev.musher.crdt.change.Signature;
import dev.musher.protocol.codec.Links;
import dev.musher.protocol.codec.Signed;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of one chain up to a signature, and how much of it is taken in. The changes before the
 * signed one have no other proof of their author. So while the signed one is not taken in, be it
 * that it waits or that it was refused, the last one that was is kept with the headers that lead on
 * to it: else nobody could be given that change, nor what builds on it.
 *
 * <p>Core thread only.
 */
final class Run {
    private final long link;
    private final long sinceMs;
    private final List<Signed> changes = new ArrayList<>(1);
    private int next;
    private boolean waits;
    private @Nullable Place linked;

    /**
     * @param link it came by
     * @param sinceMs when it came
     */
    Run(long link, long sinceMs) {
        this.link = link;
        this.sinceMs = sinceMs;
    }

    void add(Signed signed) {
        changes.add(signed);
    }

    long link() {
        return link;
    }

    long sinceMs() {
        return sinceMs;
    }

    /** The first change that is not taken in; there must be one. */
    Signed first() {
        return changes.get(next);
    }

    /** Whether this change is the first that is not taken in. */
    boolean isAt(Signed signed) {
        return next < changes.size() && changes.get(next) == signed;
    }

    /** The first change is taken in, or was here. */
    void pass() {
        next++;
    }

    /** Nothing more of it is taken in. */
    void drop() {
        next = changes.size();
    }

    boolean isOver() {
        return next == changes.size();
    }

    /** Changes that are not taken in. */
    int left() {
        return changes.size() - next;
    }

    /** Their bytes. */
    long bytesLeft() {
        long sum = 0;
        for (Signed signed : changes.subList(next, changes.size())) {
            sum += signed.change().bytes().length;
        }
        return sum;
    }

    /** What it cost to prove the author of those. */
    Waste waste() {
        int checks = 0;
        for (Signed signed : changes.subList(next, changes.size())) {
            checks += signed.signature() == null ? 0 : 1;
        }
        return new Waste(left(), checks);
    }

    /** Whether it waits for a dependency. */
    boolean waits() {
        return waits;
    }

    void waits(boolean now) {
        waits = now;
    }

    /** Where the last change that was taken in lies with its links; null where it has none. */
    @Nullable Place linked() {
        return linked;
    }

    void linked(@Nullable Place place) {
        linked = place;
    }

    /** A change of the run with what proves its author, whatever becomes of those after it. */
    Signed proved(Change change) {
        List<Change> rest = new ArrayList<>();
        boolean after = false;
        for (Signed each : changes) {
            if (after) {
                rest.add(each.change());
            }
            after |= each.change().equals(change);
        }
        Signed last = changes.getLast();
        Signature signature = last.signature();
        if (!after || signature == null) {
            throw new IllegalStateException("no proof of " + change + " in its run");
        }
        return new Signed(change, signature, Links.over(rest, last.links()));
    }
}

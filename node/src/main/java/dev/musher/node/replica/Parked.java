package dev.musher.node.replica;

import dev.musher.crdt.change.ChangeId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Runs that wait for a change that one of theirs builds on. Bounded for each link by count, bytes
 * and time, and gone with the link; what is dropped comes again by sync. Core thread only.
 */
final class Parked {

    /**
     * Changes that may wait, of one link. More than the 1,000 (and 4 MiB) that the design has for
     * single changes, since bulk waits here as well: it goes in the order of the last changes of
     * signed runs, each whole, so up to 64 changes of every chain come before what they depend on.
     * At 1,000, a project of 16 devices that write by turns would drop a part of every exchange and
     * fetch it again; this has room for 64 such chains, and beyond that the exchange takes more
     * rounds. What goes beyond the design's bound shares {@link #BYTES_ALL}, so that devices that
     * park on purpose hold no more than the design allows them, and that once.
     */
    static final int CHANGES_MAX = 4_096;

    /** Their bytes. */
    static final long BYTES_MAX = 8L << 20;

    /** What each link may have waiting, whatever waits for others. */
    static final int CHANGES_LEAST = 1_000;

    /** Their bytes. */
    static final long BYTES_LEAST = 4L << 20;

    /** Bytes of all links together from which on each has only its least. */
    static final long BYTES_ALL = 16L << 20;

    /** How long one may wait, ms. */
    static final long WAIT_MS = 60_000;

    private static final class Share {
        int changes;
        long bytes;
    }

    /** By the change they wait for; each waits for one at a time, oldest first. */
    private final Map<ChangeId, List<Run>> byMissing = new LinkedHashMap<>();

    private final Map<Long, Share> shares = new TreeMap<>();
    private int size;
    private long bytes;

    /** Changes that wait. */
    int size() {
        return size;
    }

    /** Bytes of the changes that wait. */
    long bytes() {
        return bytes;
    }

    /**
     * Parks what is left of a run until {@code missing} is here; false when its link's share is
     * full.
     */
    boolean add(ChangeId missing, Run run) {
        Share share = shares.computeIfAbsent(run.link(), k -> new Share());
        int changes = share.changes + run.left();
        long held = share.bytes + run.bytesLeft();
        boolean little = changes <= CHANGES_LEAST && held <= BYTES_LEAST;
        boolean room = bytes + run.bytesLeft() <= BYTES_ALL;
        if (changes > CHANGES_MAX || held > BYTES_MAX || !(little || room)) {
            return false;
        }
        share.changes = changes;
        share.bytes = held;
        size += run.left();
        bytes += run.bytesLeft();
        run.waits(true);
        byMissing.computeIfAbsent(missing, k -> new ArrayList<>(1)).add(run);
        return true;
    }

    /** Takes out what waited for a change. */
    List<Run> take(ChangeId arrived) {
        List<Run> due = size == 0 ? null : byMissing.remove(arrived);
        if (due == null) {
            return List.of();
        }
        due.forEach(this::left);
        return due;
    }

    /** Drops what waited too long; for each link what that was. */
    SortedMap<Long, Waste> expire(long nowMs) {
        return drop(run -> nowMs - run.sinceMs() >= WAIT_MS);
    }

    /** Drops what came by a link. */
    Waste drop(long link) {
        return drop(run -> run.link() == link).getOrDefault(link, Waste.NONE);
    }

    private SortedMap<Long, Waste> drop(Predicate<Run> which) {
        SortedMap<Long, Waste> dropped = new TreeMap<>();
        if (size > 0) {
            byMissing
                    .values()
                    .removeIf(all -> {
                        all.removeIf(run -> {
                            boolean goes = which.test(run);
                            if (goes) {
                                dropped.merge(run.link(), run.waste(), Waste::and);
                                left(run);
                            }
                            return goes;
                        });
                        return all.isEmpty();
                    });
        }
        return dropped;
    }

    private void left(Run run) {
        size -= run.left();
        bytes -= run.bytesLeft();
        Share share = shares.get(run.link());
        if (share != null) {
            share.changes -= run.left();
            share.bytes -= run.bytesLeft();
            if (share.changes == 0) {
                shares.remove(run.link());
            }
        }
    }
}

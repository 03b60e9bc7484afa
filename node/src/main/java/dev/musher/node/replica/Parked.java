package dev.musher.node.replica;

import dev.musher.crdt.change.ChangeId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
     * rounds.
     */
    static final int CHANGES_MAX = 4_096;

    /** Their bytes. */
    static final long BYTES_MAX = 8L << 20;

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

    /** Changes that wait. */
    int size() {
        return size;
    }

    /**
     * Parks what is left of a run until {@code missing} is here; false when its link's share is
     * full.
     */
    boolean add(ChangeId missing, Run run) {
        Share share = shares.computeIfAbsent(run.link(), k -> new Share());
        long bytes = run.bytesLeft();
        if (share.changes + run.left() > CHANGES_MAX || share.bytes + bytes > BYTES_MAX) {
            return false;
        }
        share.changes += run.left();
        share.bytes += bytes;
        size += run.left();
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

    /** Drops what waited too long; how many changes. */
    int expire(long nowMs) {
        return drop(run -> nowMs - run.sinceMs() >= WAIT_MS);
    }

    /** Drops what came by a link; how many changes. */
    int drop(long link) {
        return drop(run -> run.link() == link);
    }

    private int drop(Predicate<Run> which) {
        int before = size;
        if (size > 0) {
            byMissing
                    .values()
                    .removeIf(all -> {
                        all.removeIf(run -> which.test(run) && left(run));
                        return all.isEmpty();
                    });
        }
        return before - size;
    }

    private boolean left(Run run) {
        size -= run.left();
        Share share = shares.get(run.link());
        if (share != null) {
            share.changes -= run.left();
            share.bytes -= run.bytesLeft();
            if (share.changes == 0) {
                shares.remove(run.link());
            }
        }
        return true;
    }
}

package dev.musher.node.replica;

import dev.musher.crdt.change.ChangeId;
import dev.musher.protocol.codec.Signed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Changes that wait for one they build on. Bounded for each link by count, bytes and time; what is
 * dropped comes again by sync. Core thread only.
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

    /** A change that waits, and the link it came by. */
    record Waiting(long link, Signed signed, long sinceMs) {}

    private static final class Share {
        int changes;
        long bytes;
    }

    /** By the change they wait for; each waits for one at a time, oldest first. */
    private final Map<ChangeId, List<Waiting>> byMissing = new LinkedHashMap<>();

    private final Map<Long, Share> shares = new TreeMap<>();
    private int size;

    /** Changes that wait. */
    int size() {
        return size;
    }

    /** Parks a change until {@code missing} is here; false when its link's share is full. */
    boolean add(ChangeId missing, Waiting waiting) {
        Share share = shares.computeIfAbsent(waiting.link(), k -> new Share());
        int bytes = waiting.signed().change().bytes().length;
        if (share.changes >= CHANGES_MAX || share.bytes + bytes > BYTES_MAX) {
            return false;
        }
        share.changes++;
        share.bytes += bytes;
        size++;
        byMissing.computeIfAbsent(missing, k -> new ArrayList<>(1)).add(waiting);
        return true;
    }

    /** Takes out what waited for a change. */
    List<Waiting> take(ChangeId arrived) {
        List<Waiting> due = size == 0 ? null : byMissing.remove(arrived);
        if (due == null) {
            return List.of();
        }
        due.forEach(this::left);
        return due;
    }

    /** Drops what waited too long; how many. */
    int expire(long nowMs) {
        int before = size;
        if (size > 0) {
            byMissing
                    .values()
                    .removeIf(all -> {
                        all.removeIf(each -> expired(each, nowMs));
                        return all.isEmpty();
                    });
        }
        return before - size;
    }

    private boolean expired(Waiting waiting, long nowMs) {
        if (nowMs - waiting.sinceMs() < WAIT_MS) {
            return false;
        }
        left(waiting);
        return true;
    }

    private void left(Waiting waiting) {
        size--;
        Share share = shares.get(waiting.link());
        if (share != null) {
            share.changes--;
            share.bytes -= waiting.signed().change().bytes().length;
            if (share.changes == 0) {
                shares.remove(waiting.link());
            }
        }
    }
}

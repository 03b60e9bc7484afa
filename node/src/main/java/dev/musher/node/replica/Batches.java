package dev.musher.node.replica;

import dev.musher.node.store.Batch;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Group commit: while one batch is on its way to the disk, everything new is gathered in the next.
 * So the disk is never idle and never asked twice for what one sync can do, and under load the
 * groups grow by themselves (as in Aurora's and PostgreSQL's commit queues; no timer, no added
 * wait).
 *
 * <p>What tells of changes waits here for the batch that holds them. Core thread only.
 */
final class Batches {

    /** Changes gathered at which no more frames are taken until a batch is on disk. */
    static final int CHANGES_MAX = 8_000;

    /** The same in bytes of rows. */
    static final long BYTES_MAX = 8L << 20;

    private Batch building = new Batch();
    private List<Due> after = new ArrayList<>();
    private int changes;
    private long number;
    private @Nullable Batch flying;
    private List<Due> flyingAfter = List.of();

    /** Rows of the batch that is being gathered. */
    Batch rows() {
        return building;
    }

    /** One more change is in {@link #rows}. */
    void countChange() {
        changes++;
    }

    /**
     * What is to happen once everything gathered so far is on disk.
     *
     * @return whether that is so already: then the caller does it now
     */
    boolean isDurable(Due due) {
        if (!building.isEmpty()) {
            after.add(due);
        } else if (flying != null) {
            flyingAfter.add(due);
        } else {
            return true;
        }
        return false;
    }

    /** Whether a batch can leave now. */
    boolean canClose() {
        return flying == null && !building.isEmpty();
    }

    /** Whether a batch is on its way. */
    boolean inFlight() {
        return flying != null;
    }

    /** Whether so much is gathered that no more should be added before a batch is on disk. */
    boolean saturated() {
        return flying != null && (changes >= CHANGES_MAX || building.bytes() >= BYTES_MAX);
    }

    /** Sends the gathered batch off; {@link #canClose} must hold. */
    Effect.Commit close() {
        if (!canClose()) {
            throw new IllegalStateException("a batch is in flight, or there is none");
        }
        Batch leaving = building;
        flying = leaving;
        flyingAfter = after;
        building = new Batch();
        after = new ArrayList<>();
        changes = 0;
        return new Effect.Commit(++number, leaving);
    }

    /** The batch is on disk: what waited for it. */
    List<Due> committed(long batch) {
        expect(batch);
        List<Due> due = flyingAfter;
        flying = null;
        flyingAfter = List.of();
        return due;
    }

    /** The same batch once more, after the disk was full. */
    Effect.Commit again() {
        Batch rows = flying;
        if (rows == null) {
            throw new IllegalStateException("no batch is in flight");
        }
        return new Effect.Commit(number, rows);
    }

    /** Takes out all that waits, to answer the callers otherwise. */
    List<Due> takeWaiting() {
        List<Due> out = new ArrayList<>(flyingAfter);
        out.addAll(after);
        flyingAfter = new ArrayList<>();
        after = new ArrayList<>();
        return out;
    }

    /** Throws unless this is the batch in flight. */
    void expect(long batch) {
        if (flying == null || batch != number) {
            throw new IllegalStateException("batch " + batch + " is not in flight");
        }
    }
}

package dev.musher.node.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that writes a store: all batches that wait become one synced write.
 *
 * <p>A sync costs the same for one batch and for a thousand, so what arrives during one sync shares
 * the next. Batches take effect in the order they were submitted; completions are called in that
 * order, on this thread, after the sync. A completion must be short and must not throw: hand the
 * work to the loop that owns it.
 *
 * <p>Failure stops everything behind it, because later batches were made believing in earlier ones:
 *
 * <ul>
 *   <li>{@link StoreFailedException}: outcome unknown; all waiting batches fail, and all later
 *       ones, for good. The process should end and recover.
 *   <li>{@link StoreFullException}: nothing of the group was written; all waiting batches fail, and
 *       all later ones until {@link #resume}, which the owner calls when it no longer believes in
 *       what failed.
 * </ul>
 *
 * <p>Thread safe. A platform thread, since native calls pin a virtual one.
 */
public final class GroupCommit implements AutoCloseable {
    /** Told once what became of a batch. */
    public interface Completion {
        /** The batch is on disk. */
        void committed();

        /** The batch is refused; see the kinds of {@link StoreException} for what is known. */
        void failed(StoreException cause);
    }

    /**
     * Bounds.
     *
     * @param batchesMax batches waiting at most
     * @param bytesMax bytes waiting at most; one batch is taken whatever its size when none waits
     * @param groupBytesMax bytes joined to one write at most, which bounds how long the first waits
     */
    public record Limits(int batchesMax, long bytesMax, long groupBytesMax) {
        /** Checks the ranges. */
        public Limits {
            if (batchesMax < 1 || bytesMax < 1 || groupBytesMax < 1) {
                throw new IllegalArgumentException("limits must be positive");
            }
        }

        /** What a node uses: 10,000 batches or 64 MiB waiting, groups of 8 MiB. */
        public static Limits defaults() {
            return new Limits(10_000, 64L << 20, 8L << 20);
        }
    }

    /**
     * Counts since the start, and what waits now.
     *
     * @param groups synced writes
     * @param batches batches in them
     * @param rows puts and deletes in them
     * @param bytes bytes of log in them
     * @param syncNanos time spent in commits
     * @param refused batches that failed
     * @param waiting batches waiting
     * @param waitingBytes bytes waiting
     */
    public record Counters(
            long groups,
            long batches,
            long rows,
            long bytes,
            long syncNanos,
            long refused,
            int waiting,
            long waitingBytes) {}

    private record Waiting(Batch batch, Completion done) {}

    private final Store store;
    private final Limits limits;
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Waiting> queue = new ArrayDeque<>();
    private long queuedBytes;
    private boolean closing;
    private @Nullable StoreException stop;

    private long groups;
    private long batches;
    private long rows;
    private long bytes;
    private long syncNanos;
    private long refused;

    /** Starts the thread. The store stays the caller's: close this first, then the store. */
    public GroupCommit(Store store, Limits limits) {
        this.store = store;
        this.limits = limits;
        this.thread = Thread.ofPlatform().name("store").unstarted(this::run);
        thread.start();
    }

    /**
     * Takes a batch, which the caller must not change any more. Does not block. The completion is
     * called exactly once unless this throws.
     *
     * @throws StoreBusyException at the bound: the batch is not taken
     * @throws StoreClosedException after {@link #close}
     * @throws StoreFailedException after a failure
     * @throws StoreFullException after the disk was full, until {@link #resume}
     */
    public void submit(Batch batch, Completion done) {
        lock.lock();
        try {
            if (closing) {
                throw new StoreClosedException();
            }
            throwIfStopped();
            boolean fits =
                    queue.size() < limits.batchesMax()
                            && queuedBytes + batch.bytes() <= limits.bytesMax();
            if (!fits && !queue.isEmpty()) {
                throw new StoreBusyException(
                        queue.size() + " batches of " + queuedBytes + " bytes wait to be written");
            }
            queue.addLast(new Waiting(batch, done));
            queuedBytes += batch.bytes();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Takes batches again after a full disk. Does nothing after a failure. */
    public void resume() {
        lock.lock();
        try {
            if (stop instanceof StoreFullException) {
                stop = null;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Counts at this moment, of one moment. */
    public Counters counters() {
        lock.lock();
        try {
            return new Counters(
                    groups, batches, rows, bytes, syncNanos, refused, queue.size(), queuedBytes);
        } finally {
            lock.unlock();
        }
    }

    /** Writes what waits, calls its completions, ends the thread. Must not be called on it. */
    @Override
    public void close() {
        if (Thread.currentThread().equals(thread)) {
            throw new IllegalStateException("the thread of the store cannot wait for itself");
        }
        lock.lock();
        try {
            closing = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                // Leaving now would let the caller close the store under the write.
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        boolean orderly = false;
        try {
            for (List<Waiting> group = take(); !group.isEmpty(); group = take()) {
                write(group);
            }
            orderly = true;
        } finally {
            if (!orderly) {
                // A completion threw, which is a defect: nobody may wait for ever because of it.
                failAll(new StoreFailedException("the thread of the store ended", null), List.of());
            }
        }
    }

    /** Waits for batches; empty when there will be none. */
    private List<Waiting> take() {
        lock.lock();
        try {
            while (queue.isEmpty() && !closing) {
                changed.awaitUninterruptibly();
            }
            List<Waiting> group = new ArrayList<>();
            long size = 0;
            while (!queue.isEmpty()
                    && (group.isEmpty()
                            || size + queue.getFirst().batch().bytes() <= limits.groupBytesMax())) {
                Waiting next = queue.removeFirst();
                size += next.batch().bytes();
                queuedBytes -= next.batch().bytes();
                group.add(next);
            }
            return group;
        } finally {
            lock.unlock();
        }
    }

    private void write(List<Waiting> group) {
        Batch joined = join(group);
        long begun = System.nanoTime();
        try {
            store.commit(joined);
        } catch (StoreException e) {
            failAll(e, group);
            return;
        }
        count(group.size(), joined, System.nanoTime() - begun);
        for (Waiting each : group) {
            each.done().committed();
        }
    }

    private static Batch join(List<Waiting> group) {
        if (group.size() == 1) {
            return group.getFirst().batch();
        }
        Batch joined = new Batch();
        for (Waiting each : group) {
            joined.addAll(each.batch());
        }
        return joined;
    }

    private void count(int groupSize, Batch joined, long nanos) {
        lock.lock();
        try {
            groups++;
            batches += groupSize;
            rows += joined.count();
            bytes += joined.bytes();
            syncNanos += nanos;
        } finally {
            lock.unlock();
        }
    }

    private void failAll(StoreException cause, List<Waiting> group) {
        List<Waiting> failed = new ArrayList<>(group);
        lock.lock();
        try {
            stop = cause;
            failed.addAll(queue);
            queue.clear();
            queuedBytes = 0;
            refused += failed.size();
        } finally {
            lock.unlock();
        }
        for (Waiting each : failed) {
            each.done().failed(cause);
        }
    }

    private void throwIfStopped() {
        StoreException cause = stop;
        switch (cause) {
            case null -> {}
            case StoreFullException full ->
                    throw new StoreFullException(String.valueOf(full.getMessage()));
            case StoreClosedException ignored -> throw new StoreClosedException();
            case StoreException other ->
                    throw new StoreFailedException(
                            "the store takes no writes since one failed: " + other.getMessage(),
                            other);
        }
    }
}

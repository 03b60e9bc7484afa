package dev.musher.node.store;

import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Lets many threads use a native object, and one end it when none is inside.
 *
 * <p>A call into RocksDB after its end does not throw: it ends the process. So every call enters
 * here first, and {@link #end} waits until all have left. Thread safe.
 */
final class Lease {
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private volatile boolean ended;

    /** Enters, or throws. A thread inside may enter again. */
    void enter() {
        lock.readLock().lock();
        if (ended) {
            lock.readLock().unlock();
            throw new StoreClosedException();
        }
    }

    /** Leaves. */
    void leave() {
        lock.readLock().unlock();
    }

    /** Whether the end was asked for: long work inside should stop. */
    boolean ended() {
        return ended;
    }

    /**
     * Runs an act while nobody else is inside; others wait meanwhile. Does nothing when the caller
     * itself is inside, since it would wait for itself.
     */
    void alone(Runnable act) {
        if (lock.getReadHoldCount() > 0) {
            return;
        }
        lock.writeLock().lock();
        try {
            if (ended) {
                throw new StoreClosedException();
            }
            act.run();
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Ends the lease from inside {@link #alone}: those who wait are told. */
    void endNow() {
        ended = true;
    }

    /** Ends the lease and, when all have left, runs the last act; once only. */
    void end(Runnable lastAct) {
        if (lock.getReadHoldCount() > 0) {
            throw new IllegalStateException("a store cannot be closed from inside its own scan");
        }
        ended = true;
        lock.writeLock().lock();
        try {
            lastAct.run();
        } finally {
            lock.writeLock().unlock();
        }
    }
}

package dev.musher.ops.attack;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * How late this machine wakes up a thread that does nothing else: on a quiet one less than a
 * millisecond, on a busy one as much as it makes every timer of every process late. One thread of
 * its own from the making to {@link #close}.
 */
final class Lateness implements AutoCloseable {

    private static final long STEP_NS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Thread thread =
            Thread.ofPlatform().name("attack-lateness").daemon().unstarted(this::watch);
    private volatile boolean ending;
    private volatile double worstMs;

    Lateness() {
        thread.start();
    }

    /** The worst since the last call, ms. */
    double take() {
        double worst = worstMs;
        worstMs = 0;
        return worst;
    }

    @Override
    public void close() {
        ending = true;
        LockSupport.unpark(thread);
    }

    private void watch() {
        while (!ending) {
            long dueNs = System.nanoTime() + STEP_NS;
            LockSupport.parkNanos(STEP_NS);
            worstMs = Math.max(worstMs, (System.nanoTime() - dueNs) / 1e6);
        }
    }
}

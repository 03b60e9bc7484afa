package dev.musher.ops.attack;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Runs attacks on a scene, one after the other: first nothing for a while, to know what is usual,
 * then the attack, with the node's memory looked at all the while. One thread.
 */
final class Assault {

    private static final long LOOK_MS = 50;

    /**
     * What an honest write may take anyhow, as the attacker has the same cores: p50 and p99, ms.
     */
    private static final double P50_MS = 250;

    private static final double P99_MS = 1_000;

    private final Scene scene;
    private final int seconds;

    /**
     * On a scene.
     *
     * @param seconds for which an attack that can go on goes on
     */
    Assault(Scene scene, int seconds) {
        this.scene = scene;
        this.seconds = seconds;
    }

    /** Runs one. */
    Verdict run(Attack attack) throws IOException {
        scene.traffic().take();
        Gauge quiet = scene.gauge();
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(Math.max(2, seconds / 2)));
        double usualPercent = quiet.cpuPercent();
        List<Double> usual = scene.traffic().take();
        long beganNs = System.nanoTime();
        Gauge gauge = scene.gauge();
        Attack.Done done;
        try (ScheduledExecutorService looking = Executors.newSingleThreadScheduledExecutor()) {
            ScheduledFuture<?> looks =
                    looking.scheduleAtFixedRate(
                            () -> look(gauge), 0, LOOK_MS, TimeUnit.MILLISECONDS);
            done = attack.body().run(scene, seconds);
            // What is over at once is a burden for as long as it could go on.
            LockSupport.parkNanos(beganNs + TimeUnit.SECONDS.toNanos(seconds) - System.nanoTime());
            looks.cancel(false);
            check(looks);
        }
        List<Double> during = scene.traffic().take();
        double usualP99 = HonestTraffic.percentile(usual, 99);
        List<Bound> bounds = new ArrayList<>(done.bounds());
        bounds.add(new Bound("memory grown, MiB", gauge.grownMib(), attack.grownMib()));
        bounds.add(
                new Bound(
                        "processor beyond the usual, % of a core",
                        Math.max(0, gauge.cpuPercent() - usualPercent), attack.cpuPercent()));
        bounds.add(
                new Bound(
                        "honest write seen, p50 ms",
                        HonestTraffic.percentile(during, 50),
                        Math.max(2 * HonestTraffic.percentile(usual, 50), P50_MS)));
        bounds.add(
                new Bound(
                        "p99 ms",
                        HonestTraffic.percentile(during, 99),
                        Math.max(2 * usualP99, P99_MS)));
        bounds.add(new Bound("honest faults", scene.traffic().fault().isEmpty() ? 0 : 1, 0));
        bounds.add(new Bound("node gone", scene.isAlive() ? 0 : 1, 0));
        return new Verdict(attack, done.text(), bounds);
    }

    private static void look(Gauge gauge) {
        try {
            gauge.look();
        } catch (IOException e) {
            throw new IllegalStateException("the node's memory cannot be looked at", e);
        }
    }

    private static void check(ScheduledFuture<?> looks) throws IOException {
        if (looks.isDone() && !looks.isCancelled()) {
            try {
                looks.get();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException e) {
                throw new IOException("the node was not there to the end", e);
            }
        }
    }
}

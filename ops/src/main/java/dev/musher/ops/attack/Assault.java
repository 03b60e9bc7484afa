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

    /** By how much an attack may slow down what honest peers do. */
    private static final double SLOWER = 2;

    /** What an honest write may take anyhow, p50, ms: below this nobody notices. */
    private static final double P50_MS = 50;

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
        HonestTraffic traffic = scene.traffic();
        traffic.take();
        traffic.takeAcks();
        Gauge quiet = scene.gauge();
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(Math.max(2, seconds / 2)));
        double usualPercent = quiet.cpuPercent();
        List<Double> usual = traffic.take();
        List<Double> usualAcks = traffic.takeAcks();
        long beganNs = System.nanoTime();
        Gauge gauge = scene.gauge();
        Attack.Done done;
        double lateMs;
        try (ScheduledExecutorService looking = Executors.newSingleThreadScheduledExecutor();
                Lateness lateness = new Lateness()) {
            ScheduledFuture<?> looks =
                    looking.scheduleAtFixedRate(
                            () -> look(gauge), 0, LOOK_MS, TimeUnit.MILLISECONDS);
            done = attack.body().run(scene, seconds);
            lateMs = lateness.take();
            // What is over at once is a burden for as long as it could go on.
            LockSupport.parkNanos(beganNs + TimeUnit.SECONDS.toNanos(seconds) - System.nanoTime());
            looks.cancel(false);
            check(looks);
        }
        List<Double> during = traffic.take();
        List<Double> duringAcks = traffic.takeAcks();
        List<Bound> bounds = new ArrayList<>();
        for (Bound bound : done.bounds()) {
            bounds.add(bound.isTime() ? bound.late(lateMs) : bound);
        }
        bounds.add(new Bound("memory grown, MiB", gauge.grownMib(), attack.grownMib()));
        bounds.add(
                new Bound(
                        "processor beyond the usual, % of a core",
                        Math.max(0, gauge.cpuPercent() - usualPercent), attack.cpuPercent()));
        for (double percent : new double[] {50, 99}) {
            bounds.add(
                    new Bound(
                            "honest write seen, p" + Math.round(percent) + " ms",
                            HonestTraffic.percentile(during, percent),
                            Math.max(
                                    percent < 99 ? P50_MS : attack.honestMs(),
                                    seenMost(usual, usualAcks, duringAcks, percent))));
        }
        bounds.add(new Bound("honest faults", traffic.fault().isEmpty() ? 0 : 1, 0));
        bounds.add(new Bound("node gone", scene.isAlive() ? 0 : 1, 0));
        return new Verdict(attack, done.text(), bounds);
    }

    /**
     * Twice the usual. The attacker has the same cores as all others: where meanwhile an honest
     * node takes longer to acknowledge what nobody attacks, that is the machine, and allowed.
     */
    private static double seenMost(
            List<Double> usual, List<Double> usualAcks, List<Double> duringAcks, double percent) {
        double before = HonestTraffic.percentile(usualAcks, percent);
        double meanwhile = HonestTraffic.percentile(duringAcks, percent);
        double machine = before <= 0 ? 1 : Math.max(1, meanwhile / before);
        return SLOWER * machine * HonestTraffic.percentile(usual, percent);
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

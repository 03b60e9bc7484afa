package dev.musher.ops.cli;

import dev.musher.ops.mutants.Mutant;
import dev.musher.ops.mutants.Planted;
import dev.musher.ops.mutants.PlantedBug;
import dev.musher.ops.sim.Adversity;
import dev.musher.ops.sim.SimOptions;
import dev.musher.ops.sim.SimReport;
import dev.musher.ops.sim.Simulation;
import dev.musher.ops.sim.Violation;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code musher sim}. */
@Command(
        name = "sim",
        description =
                "Run the whole mesh in one thread, with faults, from seeds. Exit 1 on a"
                        + " divergence.")
final class Simulate extends Action {

    private static final int PART = 50;

    /** One seed in so many is run twice, and must do the same. */
    private static final int AGAIN = 100;

    /** Seeds in which a planted bug must be found. */
    private static final long PLANTED_SEEDS = 500;

    /** Letters shown of what found it. */
    private static final int SHOWN = 100;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Run this seed alone, and show what it did.")
    @Nullable Long seed;

    @Option(names = "--seeds", paramLabel = "N", description = "Run so many seeds (default: 200).")
    long seeds = 200;

    @Option(names = "--from", paramLabel = "N", description = "The first seed (default: 1).")
    long from = 1;

    @Option(names = "--hours", paramLabel = "H", description = "Run seeds for so long instead.")
    @Nullable Double hours;

    @Option(
            names = "--nodes",
            paramLabel = "N",
            description = "So many nodes, instead of 3 to 7 by seed.")
    int nodes;

    @Option(
            names = "--changes",
            paramLabel = "N",
            description = "So many commands a schedule, instead of 300.")
    int changes;

    @Option(
            names = "--faults",
            paramLabel = "N",
            description = "So many faults a schedule, instead of 60.")
    int faults;

    @Option(
            names = "--adversity",
            paramLabel = "KIND",
            description =
                    "What some members do, in every schedule instead of what its seed draws (each"
                            + " kind in one of twenty): NONE; EQUIVOCATORS sign two branches and"
                            + " show each half of the others another one; LIARS say what their"
                            + " node would not; REVOCATIONS, of devices and of each other; CLOCKS"
                            + " jump; NEWER devices write what nobody here understands; a HERMIT"
                            + " comes back after 90 days; COMPACTION: texts are dropped on an"
                            + " owner's word, nodes crash in it, a member sends outlines nobody"
                            + " vouched for; ROTATIONS: nodes take other keys, apart from the rest,"
                            + " and the old keys write on.")
    Adversity.@Nullable Kind adversity;

    @Option(
            names = "--workers",
            paramLabel = "N",
            description = "Threads, a schedule each (default: 2).")
    int workers = 2;

    @Option(
            names = "--planted",
            description = "Plant bugs, and see that each is found in 500 seeds.")
    boolean planted;

    @Option(
            names = "--bug",
            paramLabel = "WORDS",
            description = "With --planted: only bugs with this in their name.")
    String bug = "";

    @Option(
            names = "--coverage",
            description =
                    "Print which lines of the fold and of the replica the schedules reach, and"
                            + " which never.")
    boolean coverage;

    @Override
    protected int run(Screen screen) throws InterruptedException, ExecutionException {
        if (planted) {
            return planted(screen);
        }
        if (coverage) {
            return SimulateCoverage.run(screen, from, seeds);
        }
        if (seed != null) {
            return one(screen, seed);
        }
        long beganNs = System.nanoTime();
        Totals totals = new Totals();
        try (ExecutorService pool = Executors.newFixedThreadPool(workers)) {
            long next = from;
            long last = hours == null ? from + seeds : Long.MAX_VALUE;
            while (next < last && !over(beganNs)) {
                List<Future<Totals>> parts = new ArrayList<>();
                for (int i = 0; i < workers && next < last; i++) {
                    long first = next;
                    long end = Math.min(last, first + PART);
                    parts.add(pool.submit(() -> part(first, end)));
                    next = end;
                }
                for (Future<Totals> part : parts) {
                    totals.add(part.get());
                }
                screen.say(totals.seeds + " seeds, " + totals.divergences.size() + " divergences");
            }
        }
        double seconds = Duration.ofNanos(System.nanoTime() - beganNs).toMillis() / 1e3;
        totals.divergences.forEach(d -> screen.say(screen.red(d)));
        screen.say(
                String.format(
                        "%d seeds in %.1f s: %.1f schedules a second and thread, %.1f a second of"
                                + " processor; settled within %d ms of virtual time and %d rounds;"
                                + " %d states compared with the fold; %d forks; %d seeds run twice",
                        totals.seeds,
                        seconds,
                        (totals.seeds + totals.again) / seconds / workers,
                        (totals.seeds + totals.again) / totals.processorSeconds(),
                        totals.settledMsMax,
                        totals.roundsMax,
                        totals.looks,
                        totals.forks,
                        totals.again));
        if (totals.newcomers > 0) {
            screen.say(totals.newcomers());
        }
        screen.object(Json.of(totals.json(seconds, workers)));
        return totals.divergences.isEmpty() ? 0 : Failure.FAILED;
    }

    private int planted(Screen screen) {
        List<Map<String, Object>> bugs = new ArrayList<>();
        int missed = 0;
        for (Mutant mutant : Planted.all()) {
            if (!mutant.name().contains(bug)) {
                continue;
            }
            long beganNs = System.nanoTime();
            PlantedBug.Search search = new PlantedBug(mutant).search(from, PLANTED_SEEDS);
            double seconds = Duration.ofNanos(System.nanoTime() - beganNs).toMillis() / 1e3;
            missed += search.found() ? 0 : 1;
            String how = search.how().lines().findFirst().orElse("");
            screen.say(
                    String.format(
                            "%-45s %s after %d seeds, %.1f s: %s",
                            mutant.name(),
                            search.found() ? "found" : screen.red("MISSED"),
                            search.tried(),
                            seconds,
                            how.substring(0, Math.min(how.length(), SHOWN))));
            Map<String, Object> bug = new LinkedHashMap<>();
            bug.put("bug", mutant.name());
            bug.put("found", search.found());
            bug.put("seeds", search.tried());
            bug.put("by", how);
            bugs.add(bug);
        }
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("planted", bugs);
        out.put("missed", missed);
        screen.object(Json.of(out));
        return missed == 0 ? 0 : Failure.FAILED;
    }

    private boolean over(long beganNs) {
        return hours != null && System.nanoTime() - beganNs > hours * 3_600e9;
    }

    private SimOptions options(long of) {
        SimOptions drawn = SimOptions.draw(new SplittableRandom(of));
        if (adversity != null) {
            drawn = drawn.against(adversity);
        }
        return drawn.sized(
                nodes == 0 ? drawn.nodes() : nodes,
                changes == 0 ? drawn.changes() : changes,
                faults == 0 ? drawn.faults() : faults);
    }

    private int one(Screen screen, long of) {
        screen.say(options(of).toString());
        Totals totals = part(of, of + 1);
        totals.divergences.forEach(d -> screen.say(screen.red(d)));
        totals.reports.forEach(r -> screen.say(r.toString()));
        screen.object(Json.of(totals.json(0, 1)));
        return totals.divergences.isEmpty() ? 0 : Failure.FAILED;
    }

    private Totals part(long first, long end) {
        Totals out = new Totals();
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long beganNs = threads.getCurrentThreadCpuTime();
        for (long s = first; s < end && !Thread.interrupted(); s++) {
            out.seeds++;
            try {
                SimReport report = Simulation.run(s, options(s));
                out.took(s, report);
                if (adversity == Adversity.Kind.LIARS && report.newcomerMs() > 0) {
                    out.newcomers(
                            report, Simulation.run(s, options(s).against(Adversity.Kind.NONE)));
                }
                if (s % AGAIN == 0) {
                    out.again++;
                    if (!report.equals(Simulation.run(s, options(s)))) {
                        out.divergences.add("seed " + s + ": another run of it is another");
                    }
                }
            } catch (RuntimeException e) {
                // A violated invariant, or a defect that the code noticed: the seed replays both.
                out.divergences.add("seed " + s + ": " + what(e));
            }
        }
        out.processorNs = threads.getCurrentThreadCpuTime() - beganNs;
        return out;
    }

    private static String what(RuntimeException e) {
        return e instanceof Violation
                ? String.valueOf(e.getMessage())
                : e + " at " + List.of(e.getStackTrace()).stream().limit(4).toList();
    }

    /** Sums over schedules. */
    private static final class Totals {

        private final List<String> divergences = new ArrayList<>();
        private final List<SimReport> reports = new ArrayList<>();
        private long seeds;
        private long changes;
        private long faults;
        private long settledMsMax;
        private int roundsMax;
        private long looks;
        private long forks;
        private long newcomers;
        private long newcomersMs;
        private long honestMs;
        private long again;
        private long hash;

        /**
         * Time that the threads ran, whatever else the machine does; not what the compiler took.
         */
        private long processorNs;

        double processorSeconds() {
            return processorNs / 1e9;
        }

        void took(long of, SimReport report) {
            if (reports.isEmpty()) {
                reports.add(report);
            }
            changes += report.changes();
            faults += report.faults();
            settledMsMax = Math.max(settledMsMax, report.settledMs());
            roundsMax = Math.max(roundsMax, report.rounds());
            looks += report.looks() + report.nodes();
            forks += report.forks();
            // Order does not matter, so that parts may end in any.
            hash += Long.parseUnsignedLong(report.traceHash().substring(0, 16), 16) * (2 * of + 1);
        }

        /** How long a newcomer takes among liars, and with the same seed among honest nodes. */
        void newcomers(SimReport liars, SimReport honest) {
            if (honest.newcomerMs() > 0) {
                newcomers++;
                newcomersMs += liars.newcomerMs();
                honestMs += honest.newcomerMs();
            }
        }

        String newcomers() {
            return newcomers == 0
                    ? ""
                    : String.format(
                            "%d newcomers: %d ms of virtual time among liars, %d ms with the same"
                                    + " seeds among honest nodes, on average",
                            newcomers, newcomersMs / newcomers, honestMs / newcomers);
        }

        void add(Totals o) {
            newcomers += o.newcomers;
            newcomersMs += o.newcomersMs;
            honestMs += o.honestMs;
            divergences.addAll(o.divergences);
            seeds += o.seeds;
            changes += o.changes;
            faults += o.faults;
            settledMsMax = Math.max(settledMsMax, o.settledMsMax);
            roundsMax = Math.max(roundsMax, o.roundsMax);
            looks += o.looks;
            forks += o.forks;
            again += o.again;
            hash += o.hash;
            processorNs += o.processorNs;
        }

        Map<String, Object> json(double seconds, int workers) {
            Map<String, Object> out = new LinkedHashMap<>();
            out.put("seeds", seeds);
            out.put("changes", changes);
            out.put("faults", faults);
            out.put("divergences", divergences.size());
            out.put(
                    "traceHash",
                    reports.size() == 1 && seeds == 1
                            ? reports.get(0).traceHash()
                            : Long.toHexString(hash));
            out.put("settledMsMax", settledMsMax);
            out.put("roundsMax", roundsMax);
            out.put("looks", looks);
            out.put("forks", forks);
            out.put("runTwice", again);
            if (newcomers > 0) {
                out.put("newcomers", newcomers);
                out.put("newcomersAmongLiarsMs", newcomersMs / newcomers);
                out.put("newcomersAmongHonestMs", honestMs / newcomers);
            }
            if (seconds > 0) {
                out.put(
                        "schedulesPerSecondAndThread",
                        Math.round((seeds + again) / seconds / workers * 10) / 10.0);
                out.put(
                        "schedulesPerSecondOfProcessor",
                        Math.round((seeds + again) / processorSeconds() * 10) / 10.0);
            }
            return out;
        }
    }
}

package dev.musher.ops.load;

import dev.musher.ops.cli.NodeClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * The Nth sync or write of a node under load fails, once or from then on. Nothing that begins after
 * that is acknowledged, the node stops by itself, and what got no answer can be sent again and is
 * done once.
 */
final class SyncErrors implements DiskFault {

    static final String STOPPED = "stopped by itself";

    private static final int NTH_MAX = 200;
    private static final int CALLERS = 6;
    private static final long FIRE_S = 60;
    private static final long LOOK_MS = 5;
    private static final String LONGEST = "longest from the failure to the end of the process";

    private final long stopMsMax;
    private final long readySMax;

    /**
     * @param stopMsMax how long a node may take from the failure to its end, apart from waits for a
     *     processor
     * @param readySMax how long a start may take
     */
    SyncErrors(long stopMsMax, long readySMax) {
        this.stopMsMax = stopMsMax;
        this.readySMax = readySMax;
    }

    @Override
    public FaultReport run(Path folder, int runs, long seed, Consumer<String> say)
            throws IOException, InterruptedException {
        long beganNs = System.nanoTime();
        FaultShim shim = FaultShim.require(folder);
        FaultReport report = new FaultReport("errors");
        Victim node = new Victim(folder, folder, readySMax);
        Promises promises = new Promises(report::breach);
        History history = new History(report::breach);
        Thread ending = new Thread(node::end, "soak-end");
        Runtime.getRuntime().addShutdownHook(ending);
        try (AckLog log = new AckLog(folder.resolve("acknowledged.log"))) {
            List<Caller> callers = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                callers.add(new Caller("soak.h1.w" + i, log));
            }
            // On after a breach: how many there are is told at the end.
            for (int i = 0; i < runs; i++) {
                SplittableRandom random = new SplittableRandom(seed * 1_000_003 + i);
                shim.disarm();
                node.with(shim.environment());
                node.start();
                // Slices of one length with seeds 1, 2, ... go on where the one before ended.
                fail(node, shim, callers, random, (seed - 1) * runs + i, report);
                node.with(Map.of());
                node.start();
                try (NodeClient client = node.client()) {
                    promises.check(callers, history, client);
                }
                node.stop();
                if ((i + 1) % 10 == 0) {
                    say.accept((i + 1) + " of " + runs + ": " + history.size() + " changes");
                }
            }
        } finally {
            node.end();
            Runtime.getRuntime().removeShutdownHook(ending);
        }
        report.sum("requests without an answer", promises.unknown());
        report.sum("of them done all the same", promises.unknownThere());
        report.sum("changes", history.size());
        report.took(beganNs);
        return report;
    }

    private void fail(
            Victim node,
            FaultShim shim,
            List<Caller> callers,
            SplittableRandom random,
            long run,
            FaultReport report)
            throws IOException, InterruptedException {
        String call = run % 2 == 0 ? "sync" : "write";
        boolean sticky = run / 2 % 2 == 1;
        int nth = (int) (1 + run * 7 % NTH_MAX);
        Load load = Load.start(node, callers, random);
        shim.fail(call, nth, sticky);
        OptionalLong fired = fired(shim);
        if (fired.isEmpty()) {
            report.fate("the call was never made");
            node.kill();
            load.join();
            return;
        }
        String what = call + " " + nth + (sticky ? " and all after it" : "");
        ProcessWait waits = new ProcessWait(node.pid());
        boolean ended = false;
        double waitedMs = 0;
        long tookMs = 0;
        while (!ended && tookMs < TimeUnit.SECONDS.toMillis(FIRE_S)) {
            waitedMs = waits.ms();
            ended = node.ends(LOOK_MS);
            tookMs = System.currentTimeMillis() - fired.getAsLong();
        }
        double ownMs = tookMs - waitedMs;
        report.most(LONGEST + ", ms", tookMs);
        report.most(LONGEST + " less its waits for a processor, ms", ownMs);
        report.fate(ended ? STOPPED : "went on");
        if (!ended) {
            report.breach(what + " failed, and the node went on");
            node.kill();
        } else if (ownMs > stopMsMax) {
            report.sum("stops over " + stopMsMax + " ms", 1);
            report.breach(
                    what
                            + " failed, and the node took "
                            + Math.round(ownMs)
                            + " ms to stop, apart from "
                            + Math.round(waitedMs)
                            + " ms in which it waited for a processor");
        }
        load.join();
        for (Caller caller : callers) {
            if (caller.lastBeganMs() > fired.getAsLong()) {
                report.breach(what + " failed, and a request that began later was acknowledged");
            }
        }
    }

    private static OptionalLong fired(FaultShim shim) throws IOException {
        long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(FIRE_S);
        OptionalLong fired = shim.firedMs();
        while (fired.isEmpty() && System.nanoTime() < endNs) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            fired = shim.firedMs();
        }
        return fired;
    }
}

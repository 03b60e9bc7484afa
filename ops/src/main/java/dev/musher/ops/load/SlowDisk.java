package dev.musher.ops.load;

import dev.musher.ops.cli.NodeClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Each sync takes half a second under a node that many write to at once. Whoever asks for what
 * needs no disk is answered at once all the while, the node does not grow, and nothing that it
 * acknowledged is lost. A run is so many seconds of it.
 */
final class SlowDisk implements DiskFault {

    private static final int CALLERS = 64;
    private static final int CONNECTIONS = 8;
    private static final int SYNC_MS = 500;
    private static final int WARM_S = 20;
    private static final int RUN_S = 10;
    private static final long PROBE_MS = 10;
    private static final long RSS_MIB_MAX = 64;

    private final double blockMsMax;
    private final long readySMax;

    /**
     * @param blockMsMax how long an event loop may be held up, apart from waits for a processor
     * @param readySMax how long a start may take
     */
    SlowDisk(double blockMsMax, long readySMax) {
        this.blockMsMax = blockMsMax;
        this.readySMax = readySMax;
    }

    @Override
    public FaultReport run(Path folder, int runs, long seed, Consumer<String> say)
            throws IOException, InterruptedException {
        long beganNs = System.nanoTime();
        FaultReport report = new FaultReport("slow");
        FaultShim shim = FaultShim.require(folder);
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
            node.with(shim.environment());
            node.start();
            Load load = Load.start(node, callers, new SplittableRandom(seed));
            try (Prober prober = new Prober(node, CONNECTIONS, "/healthz", PROBE_MS)) {
                // A JVM takes its size under load, whether or not the disk is slow.
                park(WARM_S);
                report.most("longest answer before, ms", prober.most().raw());
                long rss = rssMib(node.pid());
                shim.slow(SYNC_MS);
                long before = log.acknowledged();
                for (int i = 0; i < runs && report.holds(); i++) {
                    park(RUN_S);
                    Prober.Most most = prober.most();
                    report.most("longest answer, ms", most.raw());
                    report.most("longest answer less waits for a processor, ms", most.net());
                    if (most.net() > blockMsMax) {
                        report.breach("an event loop was held up for " + most.net() + " ms");
                    }
                    long grown = rssMib(node.pid()) - rss;
                    report.most("growth, MiB", grown);
                    if (grown > RSS_MIB_MAX) {
                        report.breach("the node grew by " + grown + " MiB");
                    }
                    report.fate("syncs of " + SYNC_MS + " ms for " + RUN_S + " s");
                    say.accept((i + 1) + " of " + runs);
                }
                long slowly = log.acknowledged() - before;
                report.sum("acknowledged meanwhile", slowly);
                if (slowly == 0 || prober.answers() == 0 || prober.failures() > 0) {
                    report.breach(
                            slowly
                                    + " writes and "
                                    + prober.answers()
                                    + " probes were answered, "
                                    + prober.failures()
                                    + " were not");
                }
            }
            node.kill();
            load.join();
            node.with(Map.of());
            node.start();
            try (NodeClient client = node.client()) {
                promises.check(callers, history, client);
            }
            node.stop();
        } finally {
            node.end();
            Runtime.getRuntime().removeShutdownHook(ending);
        }
        report.sum("changes", history.size());
        report.took(beganNs);
        return report;
    }

    private static void park(long seconds) {
        long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        for (long left = endNs - System.nanoTime(); left > 0; left = endNs - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private static long rssMib(long pid) throws IOException {
        Path status = Path.of("/proc", Long.toString(pid), "status");
        for (String line : Files.readAllLines(status, StandardCharsets.UTF_8)) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024;
            }
        }
        throw new IOException(status + " tells no VmRSS");
    }
}

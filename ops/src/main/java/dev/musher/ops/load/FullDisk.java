package dev.musher.ops.load;

import dev.musher.ops.cli.Failure;
import dev.musher.ops.cli.NodeClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A small disk is filled and freed again and again under a node that is written to. While it is
 * full writes are refused by name and at once, and reads are answered; when there is room the node
 * goes on by itself. Nothing acknowledged is lost.
 */
final class FullDisk implements DiskFault {

    private static final int DISK_MIB = 64;
    private static final int WRITERS = 4;
    private static final int READERS = 2;
    private static final long FULL_S = 1;
    private static final long WAIT_S = 60;
    private static final long RESUME_MS_MAX = 30_000;
    private static final long BLOCKED_MS_MAX = 5_000;

    private final long refuseMsMax;
    private final long readySMax;

    /**
     * @param refuseMsMax how long a refusal may take
     * @param readySMax how long a start may take
     */
    FullDisk(long refuseMsMax, long readySMax) {
        this.refuseMsMax = refuseMsMax;
        this.readySMax = readySMax;
    }

    @Override
    public FaultReport run(Path folder, int runs, long seed, Consumer<String> say)
            throws IOException, InterruptedException {
        long beganNs = System.nanoTime();
        FaultReport report = new FaultReport("full");
        SmallDisk disk = SmallDisk.mount(folder.resolve("disk"), DISK_MIB);
        if (disk == null) {
            throw new Failure(Failure.FAILED, "this needs Linux and root, to mount a small tmpfs");
        }
        Victim node = new Victim(disk.folder(), folder, readySMax);
        Thread ending = new Thread(node::end, "soak-end");
        Runtime.getRuntime().addShutdownHook(ending);
        try (disk) {
            node.start();
            Map<String, String> acknowledged;
            try (Writers writers = new Writers(node, WRITERS);
                    Prober reads = new Prober(node, READERS, "/api/v1/items?limit=10", 100)) {
                for (int i = 0; i < runs && report.holds(); i++) {
                    round(disk, writers, report);
                    report.most("longest answer to a reader, ms", reads.most().raw());
                    if ((i + 1) % 10 == 0) {
                        say.accept((i + 1) + " of " + runs);
                    }
                }
                judge(writers, reads, report);
                acknowledged = writers.acknowledged();
            }
            node.kill();
            node.start();
            History history = new History(report::breach);
            try (NodeClient client = node.client()) {
                history.read(client);
            }
            node.stop();
            acknowledged.forEach((key, change) -> {
                if (!history.changeOf(key).equals(change)) {
                    report.breach("lost: " + key + ", acknowledged in " + change);
                }
            });
            report.sum("acknowledged", acknowledged.size());
        } finally {
            node.end();
            Runtime.getRuntime().removeShutdownHook(ending);
        }
        report.took(beganNs);
        return report;
    }

    private static void round(SmallDisk disk, Writers writers, FaultReport report)
            throws IOException {
        long refused = writers.refused();
        disk.fill();
        if (!until(() -> writers.refused() > refused)) {
            report.breach("the disk is full, and no write was refused in " + WAIT_S + " s");
        }
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(FULL_S));
        int before = writers.count();
        long freedNs = System.nanoTime();
        disk.free();
        boolean resumed = until(() -> writers.count() > before);
        double tookMs = (System.nanoTime() - freedNs) / 1e6;
        report.most("longest from room to the next write, ms", tookMs);
        if (!resumed || tookMs > RESUME_MS_MAX) {
            report.breach("there is room, and no write was done in " + tookMs + " ms");
        }
        report.fate("refused while full, and went on");
    }

    private void judge(Writers writers, Prober reads, FaultReport report) {
        report.sum("refused", writers.refused());
        report.most("longest refusal, ms", writers.longestRefusalMs());
        report.most("longest write, ms", writers.longestMs());
        writers.others().forEach(text -> report.breach("not refused by name: " + text));
        if (writers.longestRefusalMs() > refuseMsMax) {
            report.breach("a refusal took " + writers.longestRefusalMs() + " ms");
        }
        double longest =
                Math.max(writers.longestMs(), report.figure("longest answer to a reader, ms"));
        if (longest > BLOCKED_MS_MAX) {
            report.breach("a request waited for " + longest + " ms");
        }
        if (reads.failures() > 0) {
            report.breach(reads.failures() + " reads were not answered");
        }
    }

    private static boolean until(BooleanSupplier holds) {
        long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_S);
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() > endNs) {
                return false;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
        return true;
    }
}

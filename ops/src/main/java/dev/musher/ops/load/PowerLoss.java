package dev.musher.ops.load;

import dev.musher.ops.cli.Failure;
import dev.musher.ops.cli.NodeClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The power fails under a node that is under load: it is killed, and its home is put back to what
 * was synced; by turns, names and some pages that were not synced survive too. After each start
 * every acknowledged write is there, and what got no answer is there whole or not at all. A store
 * that does not open says so; none opens with less.
 */
final class PowerLoss implements DiskFault {

    static final String WENT_ON = "went on";
    static final String REFUSED = "refused to open";

    private static final int CALLERS = 6;
    private static final int KILL_MS_MIN = 20;
    private static final int KILL_MS_MAX = 2_000;

    private static final long FIRST_S = 60;

    /** So many losses in a row are one home's; the first follows its founding. */
    private static final int OF_A_HOME = 10;

    private final long readySMax;
    private final @Nullable String lies;

    /** With so many seconds for a start. */
    PowerLoss(long readySMax) {
        this(readySMax, null);
    }

    /**
     * With a disk, or a store, that does not sync all it says.
     *
     * @param lies pattern of files whose syncs are not done
     */
    PowerLoss(long readySMax, @Nullable String lies) {
        this.readySMax = readySMax;
        this.lies = lies;
    }

    @Override
    public FaultReport run(Path folder, int runs, long seed, Consumer<String> say)
            throws IOException, InterruptedException {
        long beganNs = System.nanoTime();
        FaultReport report = new FaultReport("power");
        for (int i = 0; i < runs && report.holds(); i += OF_A_HOME) {
            Path own = Files.createDirectory(folder.resolve("power-" + i));
            home(own, folder, i, Math.min(OF_A_HOME, runs - i), seed, report);
            say.accept(Math.min(i + OF_A_HOME, runs) + " of " + runs);
            if (report.holds()) {
                Folders.delete(own);
            }
        }
        report.took(beganNs);
        return report;
    }

    private void home(Path own, Path scratch, int first, int losses, long seed, FaultReport report)
            throws IOException, InterruptedException {
        Path root = Files.createDirectory(own.resolve("disk"));
        PowerShim shim = PowerShim.require(own, root);
        Victim node = new Victim(root, scratch, readySMax);
        Promises promises = new Promises(report::breach);
        History history = new History(report::breach);
        Thread ending = new Thread(node::end, "soak-end");
        Runtime.getRuntime().addShutdownHook(ending);
        try (AckLog log = new AckLog(own.resolve("acknowledged.log"))) {
            List<Caller> callers = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                callers.add(new Caller("soak.h" + first + ".w" + i, log));
            }
            boolean open = true;
            for (int i = 0; i < losses && open && report.holds(); i++) {
                SplittableRandom random = new SplittableRandom(seed * 1_000_003 + first + i);
                load(node, shim, callers, log, random);
                PowerShim.Survives[] all = PowerShim.Survives.values();
                PowerShim.Survives survives = all[i % all.length];
                shim.lose(survives, random);
                open = look(node, callers, history, promises, survives, report);
            }
            report.sum(
                    "acknowledged", callers.stream().mapToInt(c -> c.acknowledged().size()).sum());
            report.sum("requests without an answer", promises.unknown());
            report.sum("of them done all the same", promises.unknownThere());
            report.sum("changes", history.size());
        } finally {
            node.end();
            Runtime.getRuntime().removeShutdownHook(ending);
        }
    }

    private void load(
            Victim node, PowerShim shim, List<Caller> callers, AckLog log, SplittableRandom random)
            throws IOException, InterruptedException {
        node.with(shim.environment(lies));
        node.start();
        long before = log.acknowledged();
        Load load = Load.start(node, callers, random);
        // A loss where nobody was promised anything shows nothing.
        log.await(before + 1, TimeUnit.SECONDS.toMillis(FIRST_S));
        int killMs = random.nextInt(KILL_MS_MIN, KILL_MS_MAX + 1);
        long killNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(killMs);
        for (long left = killNs - System.nanoTime(); left > 0; left = killNs - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
        node.kill();
        load.join();
    }

    /** Looks at what is left, without the library; whether it opened. */
    private static boolean look(
            Victim node,
            List<Caller> callers,
            History history,
            Promises promises,
            PowerShim.Survives survives,
            FaultReport report)
            throws IOException, InterruptedException {
        String with = ", where beside what was synced survived: " + survives;
        node.with(Map.of());
        try {
            node.start();
        } catch (Failure refused) {
            report.fate(REFUSED + with);
            report.sum(REFUSED, 1);
            return false;
        }
        try (NodeClient client = node.client()) {
            promises.check(callers, history, client);
        } catch (Failure refused) {
            report.breach("what callers rely on is gone" + with + ": " + refused.getMessage());
        }
        node.stop();
        report.fate(WENT_ON + with);
        report.sum(WENT_ON, 1);
        return true;
    }
}

package dev.musher.ops.load;

import dev.musher.node.HomeRestore;
import dev.musher.ops.cli.Failure;
import dev.musher.ops.cli.Json;
import dev.musher.ops.cli.NodeClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A node under load is killed at a random moment and started again, many times. After each start:
 * every acknowledged write is there, what got no answer is done once when it is sent once more,
 * chains have no holes, no place in a chain is used twice, the sums are exact, and the node serves.
 * At the end of each home its derived rows, made anew from the changes, give the same digest.
 *
 * <p>A kill takes the process, not the machine: what the kernel holds survives. Loss of power is
 * the model store's to show. Not thread safe, but for {@link #end}.
 */
final class CrashLoop {

    private final Path folder;
    private final CrashOptions options;
    private final Consumer<String> say;
    private final CrashReport report = new CrashReport();
    private final Promises promises = new Promises(report::breach);
    private volatile @Nullable Victim victim;

    /**
     * In a folder of its own.
     *
     * @param say takes what people are told meanwhile
     */
    CrashLoop(Path folder, CrashOptions options, Consumer<String> say) {
        this.folder = folder;
        this.options = options;
        this.say = say;
    }

    /** Runs it. With a breach the home it was seen on is left in the folder. */
    CrashReport run() throws IOException, InterruptedException {
        long beganNs = System.nanoTime();
        while (report.cycles < options.cycles() && report.holds()) {
            try {
                home(folder.resolve("home-" + ++report.homes));
            } catch (Failure e) {
                // A node that does not start again, or refuses what it should take.
                report.breach("in cycle " + report.cycles + ": " + e.getMessage());
                end();
            }
        }
        report.seconds = seconds(beganNs);
        report.unknown = promises.unknown();
        report.unknownThere = promises.unknownThere();
        return report;
    }

    /** Kills what runs, from any thread. */
    void end() {
        Victim running = victim;
        if (running != null) {
            running.end();
        }
    }

    private void home(Path own) throws IOException, InterruptedException {
        Files.createDirectories(own);
        Victim node = new Victim(own, folder, options.readySMax());
        victim = node;
        History history = new History(report::breach);
        try (AckLog log = new AckLog(own.resolve("acknowledged.log"))) {
            List<Caller> callers = new ArrayList<>();
            for (int i = 0; i < options.callers(); i++) {
                callers.add(new Caller("soak.h" + report.homes + ".w" + i, log));
            }
            node.start();
            try {
                while (report.cycles < options.cycles()
                        && history.size() < options.changesMax()
                        && report.holds()) {
                    cycle(node, callers, history, log);
                }
            } finally {
                report.acknowledged += acknowledged(callers);
                report.changes += history.size();
                report.chains += history.chains();
            }
            if (report.holds()) {
                close(node, callers, history);
            }
        }
        end();
        if (report.holds()) {
            Folders.delete(own);
        }
    }

    private void cycle(Victim node, List<Caller> callers, History history, AckLog log)
            throws IOException, InterruptedException {
        long beganNs = System.nanoTime();
        int number = report.cycles++;
        SplittableRandom random = new SplittableRandom(options.seed() * 1_000_003 + number);
        int killMs = random.nextInt(options.killMsMin(), options.killMsMax() + 1);
        log.cycle(number, killMs);
        load(node, callers, random, killMs);
        report.reopened(node.start());
        try (NodeClient client = node.client()) {
            promises.check(callers, history, client);
        }
        if (number % options.secondEvery() == 0) {
            second(node);
        }
        report.temporaryFiles = node.temporaryFiles();
        if (report.temporaryFiles > 0) {
            report.breach(report.temporaryFiles + " files are left in the temporary folder");
        }
        report.cycleSecondsMax = Math.max(report.cycleSecondsMax, seconds(beganNs));
        say.accept(
                "kill "
                        + (number + 1)
                        + " of "
                        + options.cycles()
                        + " after "
                        + killMs
                        + " ms: "
                        + history.size()
                        + " changes, "
                        + acknowledged(callers)
                        + " writes acknowledged");
    }

    /** Lets the callers write, kills the node, and waits until they have all noticed. */
    private void load(Victim node, List<Caller> callers, SplittableRandom random, int killMs)
            throws IOException, InterruptedException {
        Load load = Load.start(node, callers, random);
        long killNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(killMs);
        for (long left = killNs - System.nanoTime(); left > 0; left = killNs - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
        node.kill();
        load.join();
        for (Caller caller : callers) {
            caller.refusals().forEach(r -> report.breach("refused: " + r));
        }
    }

    private void second(Victim node) throws IOException, InterruptedException {
        long beganNs = System.nanoTime();
        String why = node.second();
        report.secondMsMax = Math.max(report.secondMsMax, seconds(beganNs) * 1_000);
        if (why.contains("in use by another process")) {
            report.secondsRefused++;
        } else {
            report.breach("a second process on the home was not refused by name: " + why);
        }
    }

    /** The last look at a home: all of it read anew, every key found, and the digest of a fold. */
    private void close(Victim node, List<Caller> callers, History history)
            throws IOException, InterruptedException {
        Json digest;
        try (NodeClient client = node.client()) {
            History whole = new History(report::breach);
            whole.read(client);
            if (!whole.same(history)) {
                report.breach("the history is not the one that was read bit by bit");
            }
            Set<String> changes = new HashSet<>();
            for (Caller caller : callers) {
                caller.acknowledged()
                        .values()
                        .forEach(change -> {
                            if (!changes.add(change)) {
                                report.breach("two writes are said to be in " + change);
                            }
                        });
            }
            promises.present(callers, whole);
            digest = client.get("/api/v1/digest");
        }
        if (digest.at("changes").number() != history.size()
                || digest.at("items_with_void").number() != 0) {
            report.breach("the node counts otherwise: " + digest);
        }
        if (!node.stop()) {
            report.breach("the node did not end by itself");
        }
        String rebuilt = String.valueOf(HomeRestore.rebuild(node.home()).digest());
        if (rebuilt.equals(digest.at("digest").text())) {
            report.rebuilt++;
        } else {
            report.breach("a fresh fold gives " + rebuilt + ", the node had " + digest);
        }
    }

    private static long acknowledged(List<Caller> callers) {
        return callers.stream().mapToLong(c -> c.acknowledged().size()).sum();
    }

    private static double seconds(long beganNs) {
        return (System.nanoTime() - beganNs) / 1e9;
    }
}

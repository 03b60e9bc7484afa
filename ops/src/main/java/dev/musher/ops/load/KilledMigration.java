package dev.musher.ops.load;

import dev.musher.node.HomeVerify;
import dev.musher.node.verify.Report;
import dev.musher.ops.cli.Daemon;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Homes of each earlier format are killed while they are raised, three times in a row at the same
 * moment: just before or after a call that changes a file of the store or of its backup. After each
 * kill the store is whole, as it was or raised, and where it is raised its backup is whole too. The
 * next opening brings it to its end, with one backup.
 */
final class KilledMigration implements DiskFault {

    /** What became of a run whose moment came. */
    static final String KILLED = "raised after three kills";

    private static final int KILLS = 3;
    private static final long END_S = 120;

    /** A call that changes a file, and the how manieth of its kind on this file it is. */
    private record Moment(String call, String file, int nth) {}

    @Override
    public FaultReport run(Path folder, int runs, long seed, Consumer<String> say)
            throws IOException, InterruptedException {
        long beganNs = System.nanoTime();
        FaultReport report = new FaultReport("migrations");
        FaultShim shim = FaultShim.require(folder);
        for (FormerHome former : FormerHome.all()) {
            List<Moment> moments = moments(former, folder.resolve("undisturbed"), shim, report);
            report.most("moments to choose from, format " + former.format(), moments.size());
            for (int i = 0; i < runs && report.holds(); i++) {
                // Spread over all of them; the seed shifts the choice between.
                int at = (int) ((i * (long) moments.size() / runs + seed - 1) % moments.size());
                Path home = folder.resolve("format-" + former.format() + "-" + i);
                former.unpack(home);
                kill(former, home, moments.get(at), i % 2 == 1, shim, report);
                if (report.holds()) {
                    Folders.delete(home);
                }
                if ((i + 1) % 5 == 0) {
                    say.accept("format " + former.format() + ": " + (i + 1) + " of " + runs);
                }
            }
        }
        report.took(beganNs);
        return report;
    }

    /** What a migration does, in order: learned from one that nobody disturbs. */
    private static List<Moment> moments(
            FormerHome former, Path home, FaultShim shim, FaultReport report)
            throws IOException, InterruptedException {
        former.unpack(home);
        shim.disarm();
        shim.tell(home + "/store*");
        open(home, shim.environment(), report);
        List<String> calls = new ArrayList<>(shim.calls());
        shim.disarm();
        whole(former, home, "undisturbed", report);
        Folders.delete(home);
        Map<String, Integer> times = new HashMap<>();
        List<Moment> out = new ArrayList<>();
        for (String line : calls) {
            int space = line.indexOf(' ');
            String file = line.substring(space + 1 + home.toString().length());
            // RocksDB's own log is named after the clock, and holds nothing.
            if (!file.contains("/LOG")) {
                out.add(
                        new Moment(
                                line.substring(0, space),
                                file,
                                times.merge(line, 1, Integer::sum)));
            }
        }
        return out;
    }

    private static void kill(
            FormerHome former,
            Path home,
            Moment moment,
            boolean after,
            FaultShim shim,
            FaultReport report)
            throws IOException, InterruptedException {
        String what = (after ? "after " : "before ") + moment;
        int killed = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            shim.disarm();
            shim.kill(moment.call(), moment.nth(), after, home + moment.file());
            open(home, shim.environment(), report);
            OptionalLong fired = shim.firedMs();
            killed += fired.isPresent() ? 1 : 0;
            unharmed(former, home, what + ", kill " + (kill + 1), report);
        }
        shim.disarm();
        report.sum("killed in the middle", killed);
        report.fate(killed == 0 ? "came to its end before" : KILLED);
        int code = open(home, Map.of(), report);
        if (code != 0) {
            report.breach(what + ": the next opening ended with " + code);
        }
        whole(former, home, what, report);
    }

    /** Opens the home's store, which raises it, and ends; the exit code. */
    private static int open(Path home, Map<String, String> environment, FaultReport report)
            throws IOException, InterruptedException {
        Path target = home.resolveSibling(home.getFileName() + "-backup");
        Process process =
                Daemon.begin(
                        List.of("backup", target.toString(), "--home", home.toString()),
                        environment,
                        home.resolveSibling("work.log"));
        if (!process.waitFor(END_S, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
            report.breach("it did not come to its end within " + END_S + " s");
        }
        Folders.delete(target);
        Folders.delete(target.resolveSibling(target.getFileName() + ".partial"));
        return process.exitValue();
    }

    /** As it was or raised, but whole; raised only with its backup. */
    private static void unharmed(FormerHome former, Path home, String what, FaultReport report)
            throws IOException, InterruptedException {
        verified(former, home, what, report);
        String format = Files.readString(home.resolve("store/FORMAT")).strip();
        if (!format.endsWith(" " + former.format())) {
            verified(former, backup(former, home), what + ", its backup", report);
        }
    }

    private static void whole(FormerHome former, Path home, String what, FaultReport report)
            throws IOException, InterruptedException {
        verified(former, home, what, report);
        verified(former, backup(former, home), what + ", its backup", report);
        try (Stream<Path> all = Files.list(home)) {
            List<String> backups =
                    all.map(each -> each.getFileName().toString())
                            .filter(name -> name.startsWith("store."))
                            .toList();
            if (backups.size() != 1) {
                report.breach(what + ": not one backup, but " + backups);
            }
        }
    }

    private static Path backup(FormerHome former, Path home) {
        return home.resolve("store.format-" + former.format());
    }

    private static void verified(FormerHome former, Path home, String what, FaultReport report)
            throws InterruptedException {
        if (!Files.isDirectory(home.resolve("store"))) {
            report.breach(what + ": there is no " + home.resolve("store"));
            return;
        }
        Report found = HomeVerify.stopped(home, told -> {});
        if (!found.isWell()
                || !former.digest().equals(found.digest())
                || found.changes() != former.changes()) {
            report.breach(
                    what
                            + ": "
                            + found.changes()
                            + " changes with the digest "
                            + found.digest()
                            + ", "
                            + found.problems());
        }
    }
}

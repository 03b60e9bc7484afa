package dev.musher.ops.load;

import dev.musher.node.HomeBackup;
import dev.musher.node.HomeVerify;
import dev.musher.node.verify.Report;
import dev.musher.ops.cli.NodeClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A node under load is backed up again and again, by turns to its own file system and to another;
 * each backup is restored and verified: it is well, and holds all that was acknowledged before the
 * call.
 */
final class BackupLoop implements DiskFault {

    private static final Path MEMORY = Path.of("/dev/shm");
    private static final int CALLERS = 4;

    private final long readySMax;

    /** With so many seconds for a start. */
    BackupLoop(long readySMax) {
        this.readySMax = readySMax;
    }

    @Override
    public FaultReport run(Path folder, int runs, long seed, Consumer<String> say)
            throws IOException, InterruptedException {
        long beganNs = System.nanoTime();
        FaultReport report = new FaultReport("backups");
        Victim node = new Victim(folder, folder, readySMax);
        Thread ending = new Thread(node::end, "soak-end");
        Runtime.getRuntime().addShutdownHook(ending);
        Path elsewhere = elsewhere(folder);
        try (AckLog log = new AckLog(folder.resolve("acknowledged.log"))) {
            List<Caller> callers = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                callers.add(new Caller("soak.h1.w" + i, log));
            }
            node.start();
            Load load = Load.start(node, callers, new SplittableRandom(seed));
            try (NodeClient client = node.client()) {
                for (int i = 0; i < runs && report.holds(); i++) {
                    Path on = elsewhere == null || i % 2 == 0 ? folder : elsewhere;
                    boolean away = !on.equals(folder);
                    Path target = on.resolve("backup-" + i);
                    backup(client, folder, target, report);
                    report.fate(away ? "restored from another file system" : "restored");
                    if ((i + 1) % 10 == 0) {
                        say.accept((i + 1) + " of " + runs);
                    }
                }
            } finally {
                node.kill();
                load.join();
            }
        } finally {
            node.end();
            Runtime.getRuntime().removeShutdownHook(ending);
            if (elsewhere != null) {
                Folders.delete(elsewhere);
            }
        }
        report.took(beganNs);
        return report;
    }

    private static void backup(NodeClient client, Path folder, Path target, FaultReport report)
            throws IOException, InterruptedException {
        // All that this counts was acknowledged before the call.
        long before = client.get("/api/v1/digest").at("changes").number();
        long askedNs = System.nanoTime();
        client.write("POST", "/api/v1/backup", Map.of("folder", target.toString()));
        report.most("longest backup, s", (System.nanoTime() - askedNs) / 1e9);
        Path home = folder.resolve("restored");
        HomeBackup.restore(target, home);
        long verifyNs = System.nanoTime();
        Report found = HomeVerify.stopped(home, told -> {});
        report.most("longest verification, s", (System.nanoTime() - verifyNs) / 1e9);
        report.most("changes in the last backup", found.changes());
        if (!found.isWell()) {
            report.breach(target + " is not well: " + found.problems().getFirst());
        } else if (found.changes() < before) {
            report.breach(
                    target + " has " + found.changes() + " changes, " + before + " were there");
        }
        if (report.holds()) {
            Folders.delete(home);
            Folders.delete(target);
        }
    }

    /** A folder on another file system; null where there is none at hand. */
    private static @Nullable Path elsewhere(Path folder) throws IOException {
        if (!Files.isWritable(MEMORY)
                || Files.getFileStore(MEMORY).equals(Files.getFileStore(folder))) {
            return null;
        }
        return Files.createTempDirectory(MEMORY, "musher-soak-");
    }
}

package dev.musher.ops.load;

import dev.musher.crdt.change.Role;
import dev.musher.node.HomeBackup;
import dev.musher.node.Node;
import dev.musher.ops.cli.NodeClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Homes come back older, or twice: a backup is put back for a home that is gone, or beside one that
 * goes on; a folder is copied and both run; an old copy takes the place of the folder itself.
 * Whoever runs writes at once. No place in a chain is ever used twice, all come to the same state
 * with their peer, and two that run are both told of each other.
 *
 * <p>An old copy in the same folder of the same machine cannot know that it is old before a peer
 * says so: there the first write waits for that. The nodes are in this process.
 */
final class Copies implements DiskFault {

    /** Two homes that ran at once, both of which were told. */
    static final String TOLD = "both told of each other";

    private static final int RUNS_OF_A_PROJECT = 20;
    private static final int ITEMS_MAX = 20;
    private static final long WAIT_S = 120;
    private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(10);

    private enum Kind {
        BACKUP_FOR_THE_HOME,
        BACKUP_BESIDE_THE_HOME,
        COPY_BESIDE_THE_HOME,
        COPY_FOR_THE_HOME
    }

    private final long toldSMax;

    /**
     * @param toldSMax how long it may take until both of two homes are told, in seconds, apart from
     *     waits for a processor
     */
    Copies(long toldSMax) {
        this.toldSMax = toldSMax;
    }

    @Override
    public FaultReport run(Path folder, int runs, long seed, Consumer<String> say)
            throws IOException, InterruptedException {
        long beganNs = System.nanoTime();
        FaultReport report = new FaultReport("copies");
        for (int from = 0; from < runs; from += RUNS_OF_A_PROJECT) {
            Path own = folder.resolve("project-" + from);
            project(own, from, Math.min(runs, from + RUNS_OF_A_PROJECT), seed, report);
            say.accept(Math.min(runs, from + RUNS_OF_A_PROJECT) + " of " + runs);
            if (report.holds()) {
                Folders.delete(own);
            }
        }
        report.took(beganNs);
        return report;
    }

    private void project(Path folder, int from, int to, long seed, FaultReport report)
            throws IOException, InterruptedException {
        try (Node peer = TwoNodes.start(folder.resolve("peer"), Map.of("project", "copies"))) {
            Path home = folder.resolve("home");
            String link = TwoNodes.invite(peer, Role.MEMBER, "copied");
            try (Node node = TwoNodes.start(home, Map.of("join", link))) {
                equal(node, peer, "joining", report);
            }
            History history = new History(report::breach);
            for (int i = from; i < to; i++) {
                SplittableRandom random = new SplittableRandom(seed * 1_000_003 + i);
                Kind kind = Kind.values()[i % Kind.values().length];
                Path next = folder.resolve("home-" + i);
                switch (kind) {
                    case BACKUP_FOR_THE_HOME -> lost(home, next, peer, random, report);
                    case BACKUP_BESIDE_THE_HOME -> twins(home, next, peer, true, random, report);
                    case COPY_BESIDE_THE_HOME -> twins(home, next, peer, false, random, report);
                    case COPY_FOR_THE_HOME -> rolledBack(home, next, peer, random, report);
                }
                try (NodeClient client = client(peer)) {
                    history.read(client);
                }
                if (!peer.published().forks().isEmpty()) {
                    report.breach(kind + ": a place in a chain was used twice");
                }
                // The newer of the two goes on.
                Folders.delete(home);
                home = next;
            }
            report.sum("changes", history.size());
            report.sum("chains", history.chains());
        }
    }

    /** A backup takes the place of a home that is gone, with what it never sent. */
    private void lost(Path home, Path next, Node peer, SplittableRandom random, FaultReport report)
            throws IOException, InterruptedException {
        Path backup;
        try (Node node = beside(home, peer)) {
            backup = backup(node, next);
            TwoNodes.write(node, items(random));
            if (random.nextBoolean()) {
                equal(node, peer, "the home", report);
            }
        }
        restore(backup, next);
        try (Node again = beside(next, peer)) {
            TwoNodes.write(again, items(random));
            equal(again, peer, "the backup that was put back", report);
        }
        report.fate("a backup put back for a home that was gone");
    }

    /** A second home of the same device begins while the first goes on. */
    private void twins(
            Path home,
            Path next,
            Node peer,
            boolean isBackup,
            SplittableRandom random,
            FaultReport report)
            throws IOException, InterruptedException {
        try (Node one = beside(home, peer)) {
            equal(one, peer, "the home", report);
            if (isBackup) {
                Path backup = backup(one, next);
                TwoNodes.write(one, items(random));
                restore(backup, next);
            } else {
                Folders.copy(home, next);
            }
            try (Node other = beside(next, peer)) {
                ProcessWait waits = new ProcessWait(ProcessHandle.current().pid());
                long metNs = System.nanoTime();
                TwoNodes.write(one, items(random));
                TwoNodes.write(other, items(random));
                meet(one, other, waits, metNs, report);
                equal(one, peer, "the first of two homes", report);
                equal(other, peer, "the second of two homes", report);
            }
        }
    }

    private void meet(Node one, Node other, ProcessWait waits, long metNs, FaultReport report) {
        double tookS = 0;
        double waitedMs = waits.ms();
        while (!(told(one) && told(other)) && tookS < WAIT_S) {
            LockSupport.parkNanos(LOOK_NS);
            waitedMs = waits.ms();
            tookS = (System.nanoTime() - metNs) / 1e9;
        }
        if (!told(one) || !told(other)) {
            report.breach(
                    "told of another home: the first " + told(one) + ", the second " + told(other));
            return;
        }
        report.fate(TOLD);
        double ownS = tookS - waitedMs / 1e3;
        report.most("longest until both were told, s", tookS);
        report.most("longest until both were told less waits for a processor, s", ownS);
        if (ownS > toldSMax) {
            report.breach("both were told after " + ownS + " s only");
        }
    }

    /** An old copy of the folder is moved to where the folder was. */
    private void rolledBack(
            Path home, Path next, Node peer, SplittableRandom random, FaultReport report)
            throws IOException, InterruptedException {
        Path old = next.resolveSibling("old");
        try (Node node = beside(home, peer)) {
            equal(node, peer, "the home", report);
            Folders.copy(home, old);
            TwoNodes.write(node, items(random));
            equal(node, peer, "the home", report);
        }
        Folders.delete(home);
        Files.move(old, home);
        try (Node node = beside(home, peer)) {
            equal(node, peer, "the old copy", report);
            TwoNodes.write(node, items(random));
            equal(node, peer, "the old copy", report);
        }
        Files.move(home, next);
        report.fate("an old copy in the folder's place");
    }

    private static int items(SplittableRandom random) {
        return 1 + random.nextInt(ITEMS_MAX);
    }

    private static Node beside(Path home, Node peer) {
        return TwoNodes.start(home, Map.of("peers", peer.http().getAuthority()));
    }

    private static boolean told(Node node) {
        return node.published().health().problems().stream()
                .anyMatch(problem -> problem.code().equals("twin"));
    }

    private static void equal(Node node, Node peer, String who, FaultReport report)
            throws InterruptedException {
        if (!TwoNodes.untilEqual(node, peer)) {
            report.breach(who + " and its peer did not come to the same");
        }
    }

    private static Path backup(Node node, Path next) {
        Path target = next.resolveSibling("backup");
        try (NodeClient client = client(node)) {
            client.write("POST", "/api/v1/backup", Map.of("folder", target.toString()));
        }
        return target;
    }

    private static void restore(Path backup, Path next) throws IOException {
        HomeBackup.restore(backup, next);
        Folders.delete(backup);
    }

    private static NodeClient client(Node node) {
        return new NodeClient(node.http().toString(), node.token());
    }
}

package dev.musher.ops.load;

import dev.musher.node.EndWithParent;
import dev.musher.ops.cli.Action;
import dev.musher.ops.cli.Failure;
import dev.musher.ops.cli.Json;
import dev.musher.ops.cli.Screen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code musher soak}. */
@Command(
        name = "soak",
        description = {
            "Make what must hold hard, again and again, in folders that nobody else uses.",
            "Exit 1 on a breach. Give one of --crashes, --disk, and --hours or --minutes.",
            "--crashes N: a node under load is killed at random moments and started again: nothing",
            "that was acknowledged may be missing, and nothing be there twice.",
            "--disk KIND: faults of a disk, of the kinds listed below.",
            "--hours H, --minutes M: five nodes in network namespaces (Linux, root) that lose",
            "packets, are cut apart, flap and are killed; after each fault they agree within 60 s."
        },
        footer = {
            "",
            "Kinds of --disk, with how often by default:",
            "  flips       1000  bytes flipped, files cut: noticed, repaired",
            "  torn         200  ends of files torn off: noticed, repaired",
            "  cleanup      500  the store tidies up over damage",
            "  errors       400  the Nth sync or write of a node fails",
            "  points      1680  kills at 84 named points of what is done",
            "  power         50  loss of power under load",
            "  slow           6  syncs of 500 ms, for so many times 10 s",
            "  full         100  a disk of 64 MiB, filled and freed",
            "  kills         20  restores and rebuilds killed three times",
            "  migrations    20  stores of each earlier format killed while raised",
            "  backups      100  backups under load, each restored",
            "  second       100  a second process on a home, refused",
            "  races      10000  ends of a store under six threads",
            "  native        30  minutes of 50 commits and 100 iterators a second",
            "  copies       500  homes that come back older, or twice"
        })
public final class RunSoak extends Action {

    private static final double EVERY_S_LEAST = 25;

    @Option(
            names = "--crashes",
            paramLabel = "N",
            description = "How often to kill it, after 20 to 2,000 ms.")
    @Nullable Integer crashes;

    @Option(names = "--hours", paramLabel = "H", description = "How long to soak a mesh.")
    double hours;

    @Option(names = "--minutes", paramLabel = "M", description = "The same, shorter.")
    double minutes;

    @Option(
            names = "--every-s",
            paramLabel = "S",
            description = "From fault to fault (default: 60; 25 or more).")
    double everyS = 60;

    @Option(
            names = "--disk",
            paramLabel = "KIND",
            description = "One of the kinds below, as often as its goal names, or --runs.")
    @Nullable String disk;

    @Option(names = "--runs", paramLabel = "N", description = "Of --disk: how often.")
    @Nullable Integer runs;

    @Option(names = "--inside", hidden = true)
    @Nullable Path inside;

    @Option(names = "--seed", paramLabel = "N", description = "Decides what and when (default: 1).")
    long seed = 1;

    @Option(
            names = "--ready-s",
            paramLabel = "S",
            description = "How long a start may take (default: 180).")
    long readySMax = 180;

    @Override
    protected int run(Screen screen) throws IOException, InterruptedException {
        double meshS = hours * 3_600 + minutes * 60;
        if ((crashes == null ? 0 : 1) + (disk == null ? 0 : 1) + (meshS > 0 ? 1 : 0) != 1
                || (crashes != null && crashes < 1)
                || (runs != null && (disk == null || runs < 1))) {
            throw new Failure(
                    Failure.USAGE,
                    "give --hours H or --minutes M, --crashes N, or --disk with one of "
                            + String.join(", ", DiskFaults.names())
                            + " and perhaps --runs N; N is 1 or more");
        }
        if (everyS < EVERY_S_LEAST) {
            throw new Failure(Failure.USAGE, "--every-s is " + EVERY_S_LEAST + " or more");
        }
        if (readySMax < 1) {
            throw new Failure(Failure.USAGE, "--ready-s is 1 or more");
        }
        if (inside != null) {
            // The process that another one of this command watches, and which ends with it.
            EndWithParent.watch(System.getenv(), System.in, () -> System.exit(0));
            int times = runs == null ? 1 : runs;
            screen.say(NativeHandles.inside("native".equals(disk), inside, times, seed));
            return 0;
        }
        Path folder = Files.createTempDirectory("musher-soak-");
        if (meshS > 0) {
            return mesh(meshS, folder, screen);
        }
        return disk != null ? disk(disk, folder, screen) : crashes(folder, screen);
    }

    private int mesh(double lastS, Path folder, Screen screen)
            throws IOException, InterruptedException {
        MeshSoak soak = new MeshSoak(folder, lastS, everyS, readySMax, seed, screen::say);
        Runtime.getRuntime().addShutdownHook(new Thread(soak::end, "soak-end"));
        MeshReport report = soak.run();
        return ended(
                report.holds(), report.breaches(), report.lines(), report.json(), folder, screen);
    }

    private int disk(String kind, Path folder, Screen screen)
            throws IOException, InterruptedException {
        DiskFaults.Entry entry = DiskFaults.find(kind);
        if (entry == null) {
            throw new Failure(
                    Failure.USAGE,
                    "no faults '" + kind + "'; there are " + String.join(", ", DiskFaults.names()));
        }
        FaultReport report =
                entry.make()
                        .get()
                        .run(folder, runs == null ? entry.runs() : runs, seed, screen::say);
        return ended(
                report.holds(), report.breaches(), report.lines(), report.json(), folder, screen);
    }

    private int crashes(Path folder, Screen screen) throws IOException, InterruptedException {
        int cycles = crashes == null ? 0 : crashes;
        CrashLoop loop =
                new CrashLoop(folder, CrashOptions.of(cycles, seed, readySMax), screen::say);
        Thread ending = new Thread(loop::end, "soak-end");
        Runtime.getRuntime().addShutdownHook(ending);
        CrashReport report = loop.run();
        return ended(
                report.holds(), report.breaches(), report.lines(), report.json(), folder, screen);
    }

    private static int ended(
            boolean holds,
            List<String> breaches,
            List<String> lines,
            Json json,
            Path folder,
            Screen screen)
            throws IOException {
        breaches.forEach(b -> screen.say(screen.red(b)));
        lines.forEach(screen::say);
        if (holds) {
            Folders.delete(folder);
        } else {
            screen.result("what it was seen on is left in " + folder);
        }
        screen.object(json);
        return holds ? 0 : Failure.FAILED;
    }
}

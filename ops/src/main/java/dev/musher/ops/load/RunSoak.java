package dev.musher.ops.load;

import dev.musher.ops.cli.Action;
import dev.musher.ops.cli.Failure;
import dev.musher.ops.cli.Screen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code musher soak}. */
@Command(
        name = "soak",
        description = {
            "Kill a node under load at random moments and start it again: nothing that was",
            "acknowledged may be missing, and nothing be there twice. Exit 1 on a breach."
        })
public final class RunSoak extends Action {

    @Option(
            names = "--crashes",
            paramLabel = "N",
            required = true,
            description = "How many times to kill it, after 20 to 2,000 ms of load each.")
    int crashes;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Decides the requests and the moments (default: 1).")
    long seed = 1;

    @Option(
            names = "--ready-s",
            paramLabel = "S",
            description = {
                "How long a start may take before it is a breach (default: 180). Busy machines",
                "need more; the times from restart to ready are reported either way."
            })
    long readySMax = 180;

    @Override
    protected int run(Screen screen) throws IOException, InterruptedException {
        if (crashes < 1) {
            throw new Failure(Failure.USAGE, "--crashes is 1 or more");
        }
        if (readySMax < 1) {
            throw new Failure(Failure.USAGE, "--ready-s is 1 or more");
        }
        Path folder = Files.createTempDirectory("musher-soak-");
        CrashLoop loop =
                new CrashLoop(folder, CrashOptions.of(crashes, seed, readySMax), screen::say);
        Thread ending = new Thread(loop::end, "soak-end");
        Runtime.getRuntime().addShutdownHook(ending);
        CrashReport report = loop.run();
        report.breaches().forEach(b -> screen.say(screen.red(b)));
        report.lines().forEach(screen::say);
        if (report.holds()) {
            delete(folder);
        } else {
            screen.result("the home and the log of acknowledgements are left in " + folder);
        }
        screen.object(report.json());
        return report.holds() ? 0 : Failure.FAILED;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.delete(path);
            }
        }
    }
}

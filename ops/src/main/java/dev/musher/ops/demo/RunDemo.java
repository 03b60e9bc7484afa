package dev.musher.ops.demo;

import dev.musher.ops.cli.Action;
import dev.musher.ops.cli.Failure;
import dev.musher.ops.cli.Screen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code musher demo}. */
@Command(
        name = "demo",
        description = "Show three nodes and a gateway at work on the issues of a real team.")
public final class RunDemo extends Action {

    @Option(names = "--once", description = "Stop everything at the end instead of staying.")
    boolean once;

    @Option(names = "--events", paramLabel = "N", description = "Play the first N events only.")
    int events = Integer.MAX_VALUE;

    @Override
    protected int run(Screen screen) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("musher-demo-");
        Demo demo = new Demo(folder, events, screen::say);
        Thread ending = new Thread(() -> end(demo, folder), "demo-end");
        Runtime.getRuntime().addShutdownHook(ending);
        Result result = demo.play();
        screen.say("");
        screen.say(
                result.items()
                        + " items, "
                        + result.changes()
                        + " changes, "
                        + result.conflicts()
                        + " conflicts; digests "
                        + (result.equal() ? "equal" : "DIFFER")
                        + "; "
                        + result.seconds()
                        + " s");
        result.complaints().forEach(c -> screen.say(screen.red(c)));
        if (!once) {
            screen.say("");
            screen.say("The page: " + demo.link());
            screen.say("Ctrl-C ends everything and removes " + folder);
            new CountDownLatch(1).await();
        }
        demo.close();
        screen.object(result.json());
        return result.equal() && result.complaints().isEmpty() ? 0 : Failure.FAILED;
    }

    /** At any end of this process: no daemon is left, and nothing on disk. */
    private static void end(Demo demo, Path folder) {
        demo.close();
        try (Stream<Path> all = Files.walk(folder)) {
            List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.delete(path);
            }
        } catch (IOException e) {
            System.err.println("musher: " + folder + " could not be removed: " + e.getMessage());
        }
    }
}

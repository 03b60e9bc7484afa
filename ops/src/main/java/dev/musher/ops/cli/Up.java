package dev.musher.ops.cli;


import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;

/** {@code musher up}. */
@Command(
        name = "up",
        description = "Start the node and the gateway of this repository, making what is missing.")
final class Up extends Action {

    @Override
    protected int run(Screen screen) throws IOException, InterruptedException {
        Homes homes = homes();
        Path recovery = homes.home().resolve("recovery.key");
        boolean founded = !Files.exists(homes.home().resolve("device.key"));
        Map<String, Object> out = new LinkedHashMap<>();
        Optional<Homes.Run> found = homes.run();
        String http = found.isPresent() ? found.get().http() : startNode(homes).http();
        screen.say("node     " + http + (found.isPresent() ? "  (was running)" : ""));
        out.put("node", http);
        out.put("home", homes.home().toString());
        if (founded && Files.exists(recovery)) {
            showKey(screen, recovery);
        }
        screen.object(Json.of(out));
        return 0;
    }

    /** Starts the node of a home, which makes what is missing there. */
    static Daemon startNode(Homes homes, String... more) throws IOException, InterruptedException {
        List<String> args = new ArrayList<>(List.of("node", "--home", homes.home().toString()));
        if (homes.repo() != null) {
            args.addAll(List.of("--repo", homes.repo().toString()));
        }
        args.addAll(List.of(more));
        return Daemon.start(args, homes.home().resolve("logs").resolve("node.err"), true);
    }

    private static void showKey(Screen screen, Path recovery) throws IOException {
        screen.say("");
        screen.say("This project's recovery key, shown this once:");
        screen.say("");
        screen.say("  " + Files.readString(recovery).strip());
        screen.say("");
        screen.say("It outranks every device: with it alone a lost or stolen device of the founder can");
        screen.say("be shut out. Nobody can make it again. Keep it off this machine, then delete");
        screen.say("  " + recovery);
        screen.say("");
    }
}

package dev.musher.ops.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;

/** {@code musher down}. */
@Command(name = "down", description = "End the node of this repository, and the gateway.")
final class Down extends Action {

    @picocli.CommandLine.Option(
            names = "--keep-gateway",
            description = "Leave the gateway, which other projects may use.")
    boolean keepGateway;

    @Override
    protected int run(Screen screen) throws InterruptedException {
        Map<String, Path> daemons = new LinkedHashMap<>();
        if (!keepGateway) {
            daemons.put("gateway", GatewayHome.of(System.getenv()));
        }
        daemons.put("node", homes().home());
        List<String> ended = new ArrayList<>();
        for (Map.Entry<String, Path> daemon : daemons.entrySet()) {
            if (end(screen, daemon.getKey(), daemon.getValue())) {
                ended.add(daemon.getKey());
            }
        }
        if (ended.isEmpty()) {
            screen.say("nothing runs here");
        }
        screen.object(Json.of(Map.of("ended", ended)));
        return 0;
    }

    private static boolean end(Screen screen, String role, Path home) throws InterruptedException {
        Optional<Homes.Run> run = Homes.run(home);
        if (run.isEmpty()) {
            return false;
        }
        Optional<ProcessHandle> process = ProcessHandle.of(run.get().pid());
        if (process.isEmpty()) {
            return false;
        }
        boolean byItself = Daemon.stop(process.get());
        screen.say(role + " ended" + (byItself ? "" : " (killed: it did not end in 10 s)"));
        return true;
    }
}

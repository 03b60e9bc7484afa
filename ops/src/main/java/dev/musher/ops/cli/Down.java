package dev.musher.ops.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code musher down}. */
@Command(
        name = "down",
        description = {
            "End the node of this repository, and the gateway.",
            "A gateway that shows other projects too is left; --all ends it all the same."
        })
final class Down extends Action {

    @Option(
            names = "--gateway-home",
            paramLabel = "DIR",
            description = "Home of the gateway (default: MUSHER_GATEWAY_HOME, else the user's).")
    @Nullable Path gatewayHome;

    @Option(names = "--keep-gateway", description = "Leave the gateway.")
    boolean keepGateway;

    @Option(names = "--all", description = "End the gateway though it shows other projects.")
    boolean all;

    @Override
    protected int run(Screen screen) throws InterruptedException {
        List<String> ended = new ArrayList<>();
        Homes homes = homes();
        Path gateway = gatewayHome == null ? GatewayHome.of(System.getenv()) : gatewayHome;
        if (!keepGateway
                && !servesOthers(screen, homes, gateway)
                && end(screen, "gateway", gateway)) {
            ended.add("gateway");
        }
        if (end(screen, "node", homes.home())) {
            ended.add("node");
        }
        if (ended.isEmpty()) {
            screen.say("nothing runs here");
        }
        screen.object(Json.of(Map.of("ended", ended)));
        return 0;
    }

    private boolean servesOthers(Screen screen, Homes homes, Path gateway) {
        Optional<Homes.Run> run = Homes.run(gateway);
        if (all || run.isEmpty()) {
            return false;
        }
        try (NodeClient client = Homes.connect(gateway, run.get())) {
            String own = project(homes);
            long others =
                    client.get("/api/v1/projects").at("projects").items().stream()
                            .filter(p -> !p.at("id").text().equals(own))
                            .count();
            if (others > 0) {
                screen.say("gateway left: it shows " + others + " other projects (--all ends it)");
            }
            return others > 0;
        } catch (Failure e) {
            if (e.exitCode() != Failure.UNHEALTHY) {
                throw e;
            }
            return false; // it hangs: nobody is served
        }
    }

    /** The project of this home; empty while its node does not answer. */
    private static String project(Homes homes) {
        Optional<Homes.Run> run = homes.run();
        if (run.isEmpty() || !Files.exists(homes.home().resolve("token"))) {
            return "";
        }
        try (NodeClient node = Homes.connect(homes.home(), run.get())) {
            return node.probe("/version").at("project").text();
        } catch (IOException e) {
            return "";
        }
    }

    private static boolean end(Screen screen, String role, Path home) throws InterruptedException {
        Optional<ProcessHandle> process =
                Homes.run(home).flatMap(run -> ProcessHandle.of(run.pid()));
        if (process.isEmpty()) {
            return false;
        }
        boolean byItself = Daemon.stop(process.get());
        screen.say(role + " ended" + (byItself ? "" : " (killed: it did not end in 10 s)"));
        return true;
    }
}

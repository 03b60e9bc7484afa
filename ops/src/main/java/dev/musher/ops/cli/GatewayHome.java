package dev.musher.ops.cli;

import dev.musher.node.HomeFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where the gateway of a user keeps its things: one for all projects, beside their homes. */
final class GatewayHome {

    private GatewayHome() {}

    /** {@code MUSHER_GATEWAY_HOME}, else a folder beside the homes of nodes. */
    static Path of(Map<String, String> environment) {
        String told = environment.getOrDefault("MUSHER_GATEWAY_HOME", "");
        return told.isBlank()
                ? HomeFolder.of(null, environment).resolveSibling("gateway")
                : Path.of(told).toAbsolutePath().normalize();
    }

    /**
     * A gateway that runs.
     *
     * @param found whether it ran before
     */
    record Running(Path home, Homes.Run run, boolean found) {
        /** Where it listens. */
        String http() {
            return run.http();
        }

        /** A client with its token; the caller closes it. */
        NodeClient client() {
            return Homes.connect(home, run);
        }
    }

    /** The gateway of a home, started where it does not run. */
    static Running running(Path home) throws IOException, InterruptedException {
        Optional<Homes.Run> run = Homes.run(home);
        if (run.isPresent()) {
            return new Running(home, run.get(), true);
        }
        Daemon daemon =
                Daemon.start(
                        List.of("gateway", "--home", home.toString()),
                        home.resolve("logs").resolve("gateway.err"),
                        true);
        String certificate = daemon.ready().get("certificate");
        return new Running(
                home, new Homes.Run(daemon.process().pid(), daemon.http(), certificate), false);
    }

    /** A link that signs one browser in, once. */
    static String link(NodeClient gateway) {
        String link = gateway.write("POST", "/api/v1/sessions", Map.of()).at("link").text();
        return link.startsWith("/") ? gateway.url() + link : link;
    }
}

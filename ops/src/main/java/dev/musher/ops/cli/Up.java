package dev.musher.ops.cli;

import dev.musher.node.store.PrivateFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code musher up}. */
@Command(
        name = "up",
        description = "Start the node and the gateway of this repository, making what is missing.")
final class Up extends Action {

    @Option(
            names = "--gateway-home",
            paramLabel = "DIR",
            description = "Home of the gateway (default: MUSHER_GATEWAY_HOME, else the user's).")
    @Nullable Path gatewayHome;

    @Option(names = "--no-gateway", description = "Start the node alone.")
    boolean noGateway;

    /** What a reader, an agent and whoever was revoked are answered. */
    private static final String NOT_ALLOWED = "not_allowed";

    private final List<String> problems = new ArrayList<>();

    @Override
    protected int run(Screen screen) throws IOException, InterruptedException {
        Homes homes = homes();
        Path recovery = homes.home().resolve("recovery.key");
        boolean founded = !Files.exists(homes.home().resolve("device.key"));
        Map<String, Object> out = new LinkedHashMap<>();
        Optional<Homes.Run> found = homes.run();
        String http = found.isPresent() ? found.get().http() : startNode(homes, Map.of()).http();
        screen.say("node     " + http + (found.isPresent() ? "  (was running)" : ""));
        out.put("node", http);
        out.put("home", homes.home().toString());
        try (NodeClient node = homes.connect()) {
            problems.addAll(node.problems());
            problems.forEach(p -> screen.result(screen.red("! ") + Text.line(p)));
        }
        if (!noGateway) {
            gateway(screen, homes, out);
        }
        if (founded && Files.exists(recovery)) {
            showKey(screen, recovery);
        }
        out.put("problems", problems);
        screen.object(Json.of(out));
        return 0;
    }

    /** The gateway, with this project in it, and the way to its page. */
    private void gateway(Screen screen, Homes homes, Map<String, Object> out)
            throws IOException, InterruptedException {
        Path home = gatewayHome == null ? GatewayHome.of(System.getenv()) : gatewayHome;
        GatewayHome.Running running = GatewayHome.running(home.toAbsolutePath().normalize());
        screen.say("gateway  " + running.http() + (running.found() ? "  (was running)" : ""));
        out.put("gateway", running.http());
        try (NodeClient node = homes.connect();
                NodeClient gateway = running.client()) {
            String project = node.get("/api/v1/digest").at("project").text();
            boolean held =
                    gateway.get("/api/v1/projects").at("projects").items().stream()
                            .anyMatch(p -> p.at("id").text().equals(project));
            String without = held ? null : add(node, gateway);
            if (without != null) {
                screen.result(screen.red("! ") + Text.line(without));
                problems.add(without);
            }
            String page = GatewayHome.link(gateway);
            out.put("page", page);
            screen.say("");
            screen.say("Open this page; the link works once:");
            screen.result("  " + page);
        }
    }

    /** Adds the project to the gateway; why that cannot be, or null. */
    private static @Nullable String add(NodeClient node, NodeClient gateway) {
        Json invite;
        try {
            // A member, so that its page can be worked with; the gateway signs for its users.
            invite =
                    node.write(
                            "POST",
                            "/api/v1/invites",
                            Map.of("role", "member", "label", "gateway"));
        } catch (Failure e) {
            if (!e.code().equals(NOT_ALLOWED)) {
                throw e;
            }
            return "the page cannot show this project, as this device may not invite the gateway:"
                    + " have a member make a link (`musher invite`), then `musher gateway add"
                    + " LINK`. Commands here work without it";
        }
        gateway.write("POST", "/api/v1/projects", Map.of("link", invite.at("link").text()));
        return null;
    }

    /** Starts the node of a home, which makes what is missing there. */
    static Daemon startNode(Homes homes, Map<String, String> settings)
            throws IOException, InterruptedException {
        List<String> args = new ArrayList<>(List.of("node", "--home", homes.home().toString()));
        if (homes.repo() != null) {
            args.addAll(List.of("--repo", homes.repo().toString()));
        }
        // Before the log's folder is made in it.
        PrivateFolder.make(homes.home());
        return Daemon.start(args, settings, homes.home().resolve("logs").resolve("node.err"), true);
    }

    private static void showKey(Screen screen, Path recovery) throws IOException {
        screen.say("");
        screen.say("This project's recovery key, shown this once:");
        screen.say("");
        screen.say("  " + Files.readString(recovery).strip());
        screen.say("");
        screen.say(
                "It outranks every device: with it alone a lost or stolen device of the founder"
                        + " can");
        screen.say("be shut out (`musher revoke DEVICE --recovery-key FILE`, in any home of the");
        screen.say("project). Nobody can make it again. Keep it off this machine, then delete");
        screen.say("  " + recovery);
        screen.say("");
    }
}

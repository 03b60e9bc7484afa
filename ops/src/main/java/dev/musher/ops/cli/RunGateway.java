package dev.musher.ops.cli;

import dev.musher.gateway.GatewayMain;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Unmatched;

/** {@code musher gateway}: the daemon, and what it holds. */
@Command(
        name = "gateway",
        description = {
            "Run a gateway until SIGTERM; stdout says when it is ready.",
            "  --home DIR --http HOST:PORT --label NAME --user NAME",
            "  --advertise HOST[:PORT],... --tls-cert FILE --tls-key FILE"
        },
        subcommands = {RunGateway.Add.class, RunGateway.Remove.class})
final class RunGateway implements Callable<Integer> {

    @Mixin Helped helped;

    /** The gateway reads its own flags. */
    @Unmatched private final List<String> args = new ArrayList<>();

    @Override
    public Integer call() {
        return GatewayMain.run(args, System.out, System.err);
    }

    /** {@code musher gateway add}. */
    @Command(name = "add", description = "Show a project, by a link of `musher invite`.")
    static final class Add extends Action {

        @Parameters(paramLabel = "LINK", description = "What `musher invite` printed.")
        String link;

        @Override
        protected int run(Screen screen) throws IOException, InterruptedException {
            Path home = common.home == null ? GatewayHome.of(System.getenv()) : common.home;
            try (NodeClient gateway = GatewayHome.running(home).client()) {
                Json project = gateway.write("POST", "/api/v1/projects", Map.of("link", link));
                screen.say(
                        "project "
                                + Text.line(project.at("name").text())
                                + "  "
                                + project.at("id").text()
                                + (project.at("role").exists()
                                        ? "  as " + project.at("role").text()
                                        : "  waits to be let in by the node that made the link"));
                screen.object(project);
                return 0;
            }
        }
    }

    /** {@code musher gateway remove}. */
    @Command(name = "remove", description = "Show a project no longer; its data stays on disk.")
    static final class Remove extends Action {

        @Parameters(paramLabel = "PROJECT", description = "Letters of its id, or its name.")
        String project;

        @Option(names = "--delete", description = "Delete its data too.")
        boolean delete;

        @Override
        protected int run(Screen screen) throws IOException {
            Path home = common.home == null ? GatewayHome.of(System.getenv()) : common.home;
            Homes.Run run = Homes.run(home).orElse(null);
            if (run == null) {
                throw new Failure(Failure.UNHEALTHY, "no gateway runs: start it with `musher up`");
            }
            try (NodeClient gateway = Homes.connect(home, run)) {
                String id = find(gateway, project);
                if (id == null) {
                    throw new Failure(
                            Failure.NOT_FOUND,
                            "the gateway holds no one project called " + project);
                }
                Json done =
                        gateway.write(
                                "DELETE",
                                "/api/v1/projects/" + id + (delete ? "?delete=true" : ""),
                                Map.of());
                screen.say("removed " + id);
                screen.object(done);
                return 0;
            }
        }

        private static @Nullable String find(NodeClient gateway, String named) {
            List<String> found =
                    gateway.get("/api/v1/projects").at("projects").items().stream()
                            .filter(p ->
                                    p.at("id").text().startsWith(named)
                                            || p.at("name").text().equals(named))
                            .map(p -> p.at("id").text())
                            .toList();
            return found.size() == 1 ? found.get(0) : null;
        }
    }
}

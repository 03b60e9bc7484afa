package dev.musher.ops.demo;

import dev.musher.ops.cli.Daemon;
import dev.musher.ops.cli.NodeClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The gateway of the demonstration: a process with a home of its own. One thread. */
final class DemoGateway implements AutoCloseable {

    private final Daemon daemon;
    private final NodeClient client;
    private final String project;

    private DemoGateway(Daemon daemon, NodeClient client, String project) {
        this.daemon = daemon;
        this.client = client;
        this.project = project;
    }

    /** Starts it and lets it into the project of {@code node}, as a member. */
    static DemoGateway start(Path home, DemoNode node) throws IOException, InterruptedException {
        Daemon daemon =
                Daemon.start(
                        List.of("gateway", "--http", "127.0.0.1:0", "--home", home.toString()),
                        home.resolve("logs").resolve("daemon.err"),
                        false);
        NodeClient client =
                new NodeClient(daemon.http(), Files.readString(home.resolve("token")).strip());
        String link = node.invite("gateway");
        String project =
                client.write("POST", "/api/v1/projects", Map.of("link", link)).at("id").text();
        return new DemoGateway(daemon, client, project);
    }

    /** Its digest of the project; empty while it has none. */
    String digest() {
        return client.get("/api/v1/projects/" + project + "/digest").at("digest").text();
    }

    /** A link to its page that signs one browser in, once. */
    String link() {
        return daemon.http() + client.write("POST", "/api/v1/sessions", Map.of()).at("link").text();
    }

    /** Ends the process and verifies that it is gone. */
    @Override
    public void close() {
        client.close();
        try {
            Daemon.stop(daemon.process().toHandle());
        } catch (InterruptedException e) {
            daemon.process().destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}

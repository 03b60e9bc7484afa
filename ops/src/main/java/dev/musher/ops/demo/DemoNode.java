package dev.musher.ops.demo;

import dev.musher.ops.cli.Batch;
import dev.musher.ops.cli.Daemon;
import dev.musher.ops.cli.Failure;
import dev.musher.ops.cli.Json;
import dev.musher.ops.cli.NodeClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Function;

/** One node of the demonstration: a process with a home and a device of its own. Thread safe. */
final class DemoNode implements AutoCloseable {

    /** Requests in flight: more share a sync of the disk. */
    private static final int CLIENTS = 8;

    private final String name;
    private final Path home;
    private final Daemon daemon;
    private final BlockingQueue<NodeClient> clients = new ArrayBlockingQueue<>(CLIENTS);
    private final Arrivals arrivals;

    private DemoNode(String name, Path home, Daemon daemon) throws IOException {
        this.name = name;
        this.home = home;
        this.daemon = daemon;
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(client());
        }
        this.arrivals = new Arrivals(client(), get("/api/v1/board").at("cursor").text());
    }

    /** Starts {@code musher args... --home DIR}, telling it {@code settings}. */
    static DemoNode start(String name, Path home, List<String> args, Map<String, String> settings)
            throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(args);
        all.addAll(List.of("--home", home.toString()));
        Daemon daemon =
                Daemon.start(all, settings, home.resolve("logs").resolve("daemon.err"), false);
        return new DemoNode(name, home, daemon);
    }

    /** Its name in the result. */
    String name() {
        return name;
    }

    /** A link by which one device joins as a member. */
    String invite(String label) {
        return write("POST", "/api/v1/invites", Map.of("role", "member", "label", label))
                .at("link")
                .text();
    }

    /** Its changes as they come. */
    Arrivals arrivals() {
        return arrivals;
    }

    /** GET. */
    Json get(String path) {
        return with(c -> c.get(path));
    }

    /** A write. */
    Json write(String method, String path, Map<String, ?> body) {
        return with(c -> c.write(method, path, body));
    }

    /**
     * Commands, each with its answer.
     *
     * @param salt names the occasion: the same words on another one are meant to be done again
     */
    List<Json> batch(List<Json> commands, String salt) {
        return with(c -> Batch.send(c, "/api/v1/batch", commands, salt));
    }

    /** Prometheus' text as numbers, by name with labels. */
    Map<String, Double> metrics() {
        Map<String, Double> out = new TreeMap<>();
        String text = with(c -> new String(c.bytes("/metrics"), StandardCharsets.UTF_8));
        for (String line : text.lines().toList()) {
            int blank = line.lastIndexOf(' ');
            if (!line.startsWith("#") && blank > 0) {
                out.put(line.substring(0, blank), Double.parseDouble(line.substring(blank + 1)));
            }
        }
        return out;
    }

    /** A client for a caller of its own, who closes it. */
    NodeClient client() throws IOException {
        return new NodeClient(daemon.http(), Files.readString(home.resolve("token")).strip());
    }

    /** Ends the process and verifies that it is gone. */
    @Override
    public void close() {
        arrivals.close();
        clients.forEach(NodeClient::close);
        try {
            Daemon.stop(daemon.process().toHandle());
        } catch (InterruptedException e) {
            daemon.process().destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private <T> T with(Function<NodeClient, T> use) {
        NodeClient client = null;
        try {
            client = clients.take();
            return use.apply(client);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure(Failure.FAILED, "interrupted", e);
        } finally {
            if (client != null) {
                clients.add(client);
            }
        }
    }
}

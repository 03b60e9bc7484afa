package dev.musher.ops.load;

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
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One node of a mesh that is soaked: a process in a network of its own, which is killed and started
 * again. Confined to one thread at a time, but for {@link #end}.
 */
final class MeshNode {

    private static final int PORT = 7400;
    private static final long KILL_S = 30;

    private final int index;
    private final Path home;
    private final Path log;
    private final Namespaces network;
    private final long readySMax;
    private volatile @Nullable Daemon daemon;
    private @Nullable NodeClient client;

    MeshNode(int index, Path folder, Namespaces network, long readySMax) {
        this.index = index;
        this.home = folder.resolve("node-" + index);
        this.log = folder.resolve("node-" + index + ".err");
        this.network = network;
        this.readySMax = readySMax;
    }

    /** Its number, from 0. */
    int index() {
        return index;
    }

    /**
     * Starts it; returns when it is ready.
     *
     * @param join the link to join by; null for a home that has a project, or founds one
     */
    void start(@Nullable String join) throws IOException, InterruptedException {
        String at = network.address(index) + ":" + PORT;
        List<String> args =
                new ArrayList<>(List.of("node", "--home", home.toString(), "--http", at));
        Map<String, String> settings =
                join == null
                        ? Map.of("MUSHER_PROJECT", "soak", "MUSHER_LABEL", "node-" + index)
                        : Map.of("MUSHER_JOIN", join, "MUSHER_LABEL", "node-" + index);
        daemon = Daemon.startBy(network.inside(index), args, settings, log, false, readySMax);
    }

    /** The process number. */
    long pid() {
        return running().process().pid();
    }

    /** A link by which another joins. */
    String invite(String label) throws IOException {
        return client().write("POST", "/api/v1/invites", Map.of("role", "member", "label", label))
                .at("link")
                .text();
    }

    /** A client of the node that runs, kept until {@link #forget}. */
    NodeClient client() throws IOException {
        NodeClient kept = client;
        if (kept == null) {
            Daemon running = running();
            String token =
                    Files.readString(home.resolve("token"), StandardCharsets.US_ASCII).strip();
            kept = new NodeClient(running.http(), token, running.ready().get("certificate"));
            client = kept;
        }
        return kept;
    }

    /** The connection may be dead: the next call makes another. */
    void forget() {
        NodeClient kept = client;
        client = null;
        if (kept != null) {
            kept.close();
        }
    }

    /** Its digest; empty where it has none at the moment, or does not answer. */
    String digest() throws IOException {
        try {
            return client().get("/api/v1/digest").at("digest").text();
        } catch (Failure e) {
            forget();
            return "";
        }
    }

    /** A counter of its metrics, by the beginning of its line; 0 where there is none. */
    double counter(String name) throws IOException {
        String text = new String(client().bytes("/metrics"), StandardCharsets.UTF_8);
        return text.lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** Every change it has, in pages. */
    List<Json> changes(long after) throws IOException {
        return client().get("/api/v1/export?after=" + after).at("changes").items();
    }

    /** SIGKILL; returns when the process is gone. */
    void kill() throws InterruptedException {
        Process process = running().process();
        process.destroyForcibly();
        if (!process.waitFor(KILL_S, TimeUnit.SECONDS)) {
            throw new Failure(
                    Failure.FAILED, "process " + process.pid() + " is not gone after a kill");
        }
        daemon = null;
        forget();
    }

    /** Asks it to end, and waits for that. */
    void stop() throws InterruptedException {
        Daemon running = daemon;
        daemon = null;
        if (running != null) {
            Daemon.stop(running.process().toHandle());
        }
        forget();
    }

    /** Kills whatever runs, without waiting: for the end of this process. */
    void end() {
        Daemon running = daemon;
        if (running != null) {
            running.process().destroyForcibly();
        }
    }

    private Daemon running() {
        Daemon running = daemon;
        if (running == null) {
            throw new IllegalStateException("node " + index + " does not run");
        }
        return running;
    }
}

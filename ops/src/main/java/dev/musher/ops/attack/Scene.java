package dev.musher.ops.attack;

import dev.musher.crdt.change.ChangeId;
import dev.musher.ops.cli.Daemon;
import dev.musher.ops.cli.Failure;
import dev.musher.ops.cli.NodeClient;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * The node under attack and an honest one linked to it, each a process of its own, with people at
 * work. One thread, but for {@link #end}.
 */
final class Scene implements Closeable {

    private static final long READY_S = 180;

    /**
     * Until strangers' places are free again, s: they are closed after 5, and a burst comes back.
     */
    private static final long PLACE_S = 60;

    private static final long STEP_NS = TimeUnit.MILLISECONDS.toNanos(50);

    /**
     * A heap that is there from the start: what grows besides is held outside of it, and what is
     * held in it without a bound ends the process soon.
     */
    private static final String MEMORY =
            "-Xms256m -Xmx256m -XX:-UseG1GC -XX:+UseSerialGC -XX:+AlwaysPreTouch"
                    + " -XX:+ExitOnOutOfMemoryError -XX:+DisplayVMOutputToStderr";

    private final Daemon node;
    private final Daemon honest;
    private final NodeClient owner;
    private final HonestTraffic traffic;
    private final ChangeId project;
    private final String token;
    private final ScheduledExecutorService later =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("attack-later").daemon().factory());
    private long devices;

    /** Starts all in a folder; returns when the two nodes are linked and honest work goes on. */
    Scene(Path folder) throws IOException, InterruptedException {
        Path home = folder.resolve("node");
        node = start(home, Map.of("MUSHER_PROJECT", "attacked"), folder.resolve("node.err"));
        token = Files.readString(home.resolve("token")).strip();
        owner = client(node, home);
        project = ChangeId.parse(node.ready().getOrDefault("project", ""));
        String link =
                owner.write("POST", "/api/v1/invites", Map.of("role", "member", "label", "honest"))
                        .at("link")
                        .text();
        Path other = folder.resolve("honest");
        honest = start(other, Map.of("MUSHER_JOIN", link), folder.resolve("honest.err"));
        NodeClient joined = client(honest, other);
        until("the honest node has all", READY_S, () -> isSame(owner, joined));
        traffic = new HonestTraffic(joined, client(node, home));
        traffic.begin();
        until(
                "the node shows an item of the honest one",
                READY_S,
                () -> !owner.get("/api/v1/items").at("items").items().isEmpty());
    }

    private static boolean isSame(NodeClient of, NodeClient joined) {
        try {
            String digest = joined.get("/api/v1/digest").at("digest").text("");
            return !digest.isEmpty()
                    && digest.equals(of.get("/api/v1/digest").at("digest").text(""));
        } catch (Failure e) {
            return false; // it has no project to speak of yet
        }
    }

    URI node() {
        return URI.create(node.http());
    }

    ChangeId project() {
        return project;
    }

    HonestTraffic traffic() {
        return traffic;
    }

    /** A device that nobody added. */
    Device stranger() {
        return new Device(project, 1_000_000 + ++devices);
    }

    /** A device that the owner added, and has no reason to trust from now on. */
    Device member() {
        Device device = new Device(project, ++devices);
        owner.write(
                "POST",
                "/api/v1/members",
                Map.of("device", device.id().hex(), "role", "member", "label", "mallory"));
        return device;
    }

    /**
     * The handshake of a device at this level, with the node's first frame heard. A node has few
     * places for those of one address who have not proved themselves, and other attackers may have
     * used them all up: as an honest node does, it comes again until there is one.
     */
    Device.Shaken heard(Device device, int level) {
        List<Device.Shaken> shaken = new ArrayList<>(1);
        until(
                "the node heard a device",
                PLACE_S,
                () -> {
                    try {
                        Device.Shaken next = device.shake(node(), level);
                        if (next.theirHello() != null) {
                            return shaken.add(next);
                        }
                        next.socket().close();
                    } catch (IOException e) {
                        // Closed at the door, before the first frame could be sent.
                    }
                    return false;
                });
        return shaken.getFirst();
    }

    /** What the owner can ask of the node. */
    NodeClient owner() {
        return owner;
    }

    /**
     * What the node counts under a name, of all labels that begin so.
     *
     * @param name as in {@code /metrics}
     */
    double metric(String name) {
        double sum = 0;
        for (String line :
                new String(owner.bytes("/metrics"), StandardCharsets.UTF_8).lines().toList()) {
            if (line.startsWith(name)) {
                sum += Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
            }
        }
        return sum;
    }

    /** What lets the owner's requests in. */
    String token() {
        return token;
    }

    Gauge gauge() throws IOException {
        return new Gauge(node.process().toHandle());
    }

    /** Runs something after a while, on another thread. */
    void after(long ms, Closeable what) {
        later.schedule(
                () -> {
                    what.close();
                    return null;
                },
                ms,
                TimeUnit.MILLISECONDS);
    }

    /** Whether the process of the node is there. */
    boolean isAlive() {
        return node.process().isAlive();
    }

    /** Waits until something is so. */
    static void until(String what, long seconds, BooleanSupplier holds) {
        long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() > endNs) {
                throw new Failure(Failure.FAILED, "it never came that " + what);
            }
            LockSupport.parkNanos(STEP_NS); // between two questions, not instead of one
        }
    }

    /** Kills both, from any thread. */
    void end() {
        node.process().destroyForcibly();
        honest.process().destroyForcibly();
    }

    @Override
    public void close() throws IOException {
        later.shutdownNow();
        traffic.close();
        owner.close();
        end();
    }

    private static Daemon start(Path home, Map<String, String> settings, Path log)
            throws IOException, InterruptedException {
        Map<String, String> all = new HashMap<>(settings);
        boolean launched = !System.getProperty("musher.launcher", "").isEmpty();
        all.put(launched ? "MUSHER_JAVA_OPTS" : "JDK_JAVA_OPTIONS", MEMORY);
        return Daemon.start(
                List.of("node", "--home", home.toString(), "--http", "127.0.0.1:0"),
                all,
                log,
                false,
                READY_S);
    }

    private static NodeClient client(Daemon daemon, Path home) throws IOException {
        return new NodeClient(daemon.http(), Files.readString(home.resolve("token")).strip());
    }
}

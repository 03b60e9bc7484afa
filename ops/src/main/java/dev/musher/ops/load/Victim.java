package dev.musher.ops.load;

import dev.musher.ops.cli.Daemon;
import dev.musher.ops.cli.Failure;
import dev.musher.ops.cli.NodeClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A home and the node process on it, which is killed again and again. Its temporary files and the
 * native library that it unpacks go to folders that nobody else uses. One thread, but for {@link
 * #client} and {@link #end}.
 */
final class Victim {

    private static final long KILL_S = 30;

    private final Path home;
    private final Path log;
    private final Path temporary;
    private final Map<String, String> settings;
    private Map<String, String> further = Map.of();
    private volatile @org.jspecify.annotations.Nullable Daemon daemon;

    private final long readySMax;

    /**
     * A home in {@code folder}; {@code scratch} is for what outlives it.
     *
     * @param readySMax how long a start may take, in seconds
     */
    Victim(Path folder, Path scratch, long readySMax) throws IOException {
        this.readySMax = readySMax;
        this.home = folder.resolve("home");
        this.log = folder.resolve("node.err");
        this.temporary = Files.createDirectories(scratch.resolve("tmp"));
        // The launcher hands its own variable on; without one the JVM reads the other.
        Map<String, String> all = new HashMap<>();
        all.put("MUSHER_PROJECT", "soak");
        all.put("MUSHER_LABEL", "victim");
        all.put("XDG_CACHE_HOME", scratch.resolve("cache").toString());
        all.put(javaOptions(), "-Djava.io.tmpdir=" + temporary);
        this.settings = Map.copyOf(all);
    }

    /** The variable in which a process of this program finds options for its JVM. */
    static String javaOptions() {
        return System.getProperty("musher.launcher", "").isEmpty()
                ? "JDK_JAVA_OPTIONS"
                : "MUSHER_JAVA_OPTS";
    }

    /** Where its home is. */
    Path home() {
        return home;
    }

    /**
     * Starts the node; the milliseconds until it said that it is ready, its JVM's start included.
     */
    double start() throws IOException, InterruptedException {
        long beganNs = System.nanoTime();
        daemon = node();
        return (System.nanoTime() - beganNs) / 1e6;
    }

    /**
     * Starts a second node on the home while the first one runs, which must not succeed.
     *
     * @return why it was refused; empty where it was not
     */
    String second() throws IOException, InterruptedException {
        try {
            Daemon intruder = node();
            Daemon.stop(intruder.process().toHandle());
            return "";
        } catch (Failure refused) {
            return String.valueOf(refused.getMessage());
        }
    }

    /** A client of the node that runs; of the caller, who closes it. */
    NodeClient client() throws IOException {
        return new NodeClient(running().http(), Files.readString(home.resolve("token")).strip());
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
    }

    /** Asks the node to end; whether it did by itself. */
    boolean stop() throws InterruptedException {
        boolean ended = Daemon.stop(running().process().toHandle());
        daemon = null;
        return ended;
    }

    /** Kills whatever runs, without waiting: for the end of this process. */
    void end() {
        Daemon running = daemon;
        if (running != null) {
            running.process().destroyForcibly();
        }
    }

    /** Puts further settings into the environment of the nodes that are started from now on. */
    void with(Map<String, String> more) {
        further = Map.copyOf(more);
    }

    /** Waits until the node ended by itself; whether it did. */
    boolean ends(long withinMs) throws InterruptedException {
        if (!running().process().waitFor(withinMs, TimeUnit.MILLISECONDS)) {
            return false;
        }
        daemon = null;
        return true;
    }

    /** The number of the node's process. */
    long pid() {
        return running().process().pid();
    }

    /** What is in the temporary folder, folders too. */
    long temporaryFiles() throws IOException {
        try (Stream<Path> all = Files.walk(temporary)) {
            return all.count() - 1;
        }
    }

    private Daemon node() throws IOException, InterruptedException {
        Map<String, String> all = new HashMap<>(settings);
        all.putAll(further);
        return Daemon.start(
                List.of("node", "--home", home.toString(), "--http", "127.0.0.1:0"),
                all,
                log,
                false,
                readySMax);
    }

    private Daemon running() {
        Daemon running = daemon;
        if (running == null) {
            throw new IllegalStateException("no node runs in " + home);
        }
        return running;
    }
}

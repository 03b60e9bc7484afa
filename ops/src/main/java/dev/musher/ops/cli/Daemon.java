package dev.musher.ops.cli;

import dev.musher.node.EndWithParent;
import dev.musher.node.Logs;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * A daemon in a process of its own: started to outlive this one or to end with it, ready when it
 * says so, and ended only when it is verified gone.
 *
 * @param process of the daemon; the launcher and {@code setsid} become it, so the number is right
 * @param ready what its ready line said: role, http, project, device
 */
public record Daemon(Process process, Map<String, String> ready) {

    /** How long a start may take: a long history is read, and after a crash a log replayed. */
    private static final long START_S = 60;

    /** A daemon ends by itself within 10 s of SIGTERM. */
    private static final long STOP_S = 10;

    private static final int TAIL_LINES = 12;

    /** What earlier starts left on stderr is kept up to here. */
    private static final long LOG_BYTES = 1_000_000;

    /** Copies the map. */
    public Daemon {
        ready = Map.copyOf(ready);
    }

    /** Starts {@code musher args...} with nothing secret to tell it. */
    public static Daemon start(List<String> args, Path log, boolean detached)
            throws IOException, InterruptedException {
        return start(args, Map.of(), log, detached);
    }

    /**
     * Starts {@code musher args...} and waits for its ready line. Its stderr goes to the end of
     * {@code log}.
     *
     * @param settings put in its environment: what stands in {@code args} every user of the machine
     *     can read
     * @param detached it gets a session of its own, so that no signal meant for this one reaches
     *     it, and outlives this process; else it ends when this process is gone, even by a kill
     * @throws Failure when it ends before it is ready, with the last lines it said
     */
    public static Daemon start(
            List<String> args, Map<String, String> settings, Path log, boolean detached)
            throws IOException, InterruptedException {
        return start(args, settings, log, detached, START_S);
    }

    /**
     * The same, waiting as long as is said: on a busy machine a start takes many times as long.
     *
     * @param startSMax seconds after which a daemon that is not ready is ended
     */
    public static Daemon start(
            List<String> args,
            Map<String, String> settings,
            Path log,
            boolean detached,
            long startSMax)
            throws IOException, InterruptedException {
        return startBy(List.of(), args, settings, log, detached, startSMax);
    }

    /**
     * The same by way of another program, which must become the daemon's process.
     *
     * @param before words of that program, such as {@code ip netns exec NAME}
     */
    public static Daemon startBy(
            List<String> before,
            List<String> args,
            Map<String, String> settings,
            Path log,
            boolean detached,
            long startSMax)
            throws IOException, InterruptedException {
        Files.createDirectories(log.toAbsolutePath().getParent());
        List<String> command = new ArrayList<>(before);
        if (detached) {
            // A session of its own where there is the program for it (macOS has none), else deaf to
            // the end of the terminal.
            Stream.of("/usr/bin/setsid", "/usr/bin/nohup")
                    .filter(program -> Files.isExecutable(Path.of(program)))
                    .findFirst()
                    .ifPresent(command::add);
            if (Files.exists(log) && Files.size(log) > LOG_BYTES) {
                Files.delete(log);
            }
        }
        command.addAll(program());
        command.addAll(args);
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectInput(
                                detached
                                        ? ProcessBuilder.Redirect.from(devNull())
                                        : ProcessBuilder.Redirect.PIPE)
                        .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().remove(EndWithParent.VARIABLE);
        if (!detached) {
            // This process keeps the other end, and nobody writes to it.
            builder.environment().put(EndWithParent.VARIABLE, "stdin");
        }
        builder.environment().putAll(settings);
        if (detached) {
            builder.environment().put(Logs.DETACHED, "1");
        }
        Process process = builder.start();
        CompletableFuture<String> line = CompletableFuture.supplyAsync(() -> firstLine(process));
        try {
            String said = line.get(startSMax, TimeUnit.SECONDS);
            if (!said.startsWith("ready ")) {
                process.waitFor(STOP_S, TimeUnit.SECONDS);
                throw ended(args, process, log, said);
            }
            return new Daemon(process, words(said));
        } catch (ExecutionException e) {
            process.destroy();
            throw new IOException("the output of `musher " + args.get(0) + "` cannot be read", e);
        } catch (TimeoutException e) {
            process.destroy();
            throw new Failure(
                    Failure.UNHEALTHY,
                    "`musher "
                            + args.get(0)
                            + "` was not ready after "
                            + startSMax
                            + " s and was ended; its log is "
                            + log,
                    e);
        }
    }

    /**
     * Starts {@code musher args...} and waits for nothing: to be killed in the middle. It ends when
     * this process is gone, if it is a daemon.
     *
     * @param log takes all that it says
     */
    public static Process begin(List<String> args, Map<String, String> settings, Path log)
            throws IOException {
        List<String> command = new ArrayList<>(program());
        command.addAll(args);
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(settings);
        builder.environment().put(EndWithParent.VARIABLE, "stdin");
        return builder.start();
    }

    /** Where it listens. */
    public String http() {
        return ready.getOrDefault("http", "");
    }

    /**
     * Asks a process to end and waits until it is gone; after {@value #STOP_S} s it is killed.
     *
     * @return whether it ended by itself
     * @throws Failure where even a kill does not end it
     */
    public static boolean stop(ProcessHandle process) throws InterruptedException {
        process.destroy();
        if (gone(process, STOP_S)) {
            return true;
        }
        process.destroyForcibly();
        if (!gone(process, STOP_S)) {
            throw new Failure(
                    Failure.FAILED,
                    "process "
                            + process.pid()
                            + " does not end, not even when killed: it may wait"
                            + " for a disk");
        }
        return false;
    }

    private static boolean gone(ProcessHandle process, long seconds) throws InterruptedException {
        try {
            process.onExit().get(seconds, TimeUnit.SECONDS);
            return true;
        } catch (TimeoutException e) {
            return !process.isAlive();
        } catch (ExecutionException e) {
            throw new IllegalStateException("waiting for an end fails in no other way", e);
        }
    }

    /** The words that start this program again: its launcher, or the same JVM and class path. */
    private static List<String> program() {
        String launcher = System.getProperty("musher.launcher", "");
        if (!launcher.isEmpty()) {
            return List.of(launcher);
        }
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName());
    }

    private static java.io.File devNull() {
        return new java.io.File("/dev/null");
    }

    private static String firstLine(Process process) {
        // Left open: closing it would end a daemon that writes a second line.
        BufferedReader out =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        try {
            String line = out.readLine();
            return line == null ? "" : line;
        } catch (IOException e) {
            return "";
        }
    }

    private static Failure ended(List<String> args, Process process, Path log, String said)
            throws IOException {
        if (process.isAlive()) {
            process.destroy();
            return new Failure(
                    Failure.FAILED,
                    "`musher "
                            + args.get(0)
                            + "` said '"
                            + said
                            + "' where its ready line was due");
        }
        List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
        String tail =
                String.join(
                        "\n  ",
                        lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
        return new Failure(
                process.exitValue(),
                "`musher " + args.get(0) + "` did not start; " + log + " ends with\n  " + tail);
    }

    private static Map<String, String> words(String line) {
        Map<String, String> out = new HashMap<>();
        for (String word : line.split(" ", -1)) {
            int equals = word.indexOf('=');
            if (equals > 0) {
                out.put(word.substring(0, equals), word.substring(equals + 1));
            }
        }
        return out;
    }
}

package dev.musher.ops.cli;

import dev.musher.node.HomeFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which home a command is about, and the daemon that runs there.
 *
 * @param home folder of the node
 * @param repo the repository that the command was given in; null outside of one
 */
record Homes(Path home, @Nullable Path repo) {

    /**
     * A daemon as its {@code run.json} tells.
     *
     * @param certificate what it shows there, the only one that is talked to; null without TLS
     */
    record Run(long pid, String http, @Nullable String certificate) {}

    /** Clocks of the process table are this coarse after long up-times. */
    private static final Duration SLACK = Duration.ofSeconds(2);

    /**
     * From the option, the environment, or the repository around {@code folder}.
     *
     * @throws Failure where none of them says anything
     */
    static Homes find(Common common, Map<String, String> environment, Path folder) {
        @Nullable Path repo = Repository.of(folder).orElse(null);
        String told = environment.getOrDefault("MUSHER_HOME", "");
        if (common.home != null) {
            return new Homes(common.home.toAbsolutePath().normalize(), repo);
        }
        if (!told.isBlank()) {
            return new Homes(Path.of(told).toAbsolutePath().normalize(), repo);
        }
        if (repo == null) {
            throw new Failure(
                    Failure.USAGE,
                    folder.toAbsolutePath().normalize()
                            + " is in no git repository, and a project belongs to one: go into a"
                            + " repository, make one with `git init`, or name a home with --home"
                            + " DIR");
        }
        return new Homes(HomeFolder.of(repo, environment), repo);
    }

    /** The daemon of this home, if its process lives. */
    Optional<Run> run() {
        return run(home);
    }

    /**
     * The daemon of a home, if its process lives. A process that began after the file was written
     * is another one, which was given the number after a crash: it is none of ours to talk to or
     * end.
     */
    static Optional<Run> run(Path home) {
        Path file = home.resolve("run.json");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            Json json = Json.read(Files.readAllBytes(file));
            Run run =
                    new Run(
                            json.at("pid").number(),
                            json.at("http").text(),
                            json.at("certificate").exists() ? json.at("certificate").text() : null);
            Instant written = Files.getLastModifiedTime(file).toInstant();
            return ProcessHandle.of(run.pid())
                    .filter(ProcessHandle::isAlive)
                    .filter(p ->
                            p.info()
                                    .startInstant()
                                    .map(began -> !began.isAfter(written.plus(SLACK)))
                                    .orElse(true))
                    .map(p -> run);
        } catch (IOException e) {
            throw new Failure(
                    Failure.FAILED,
                    file + " cannot be read (" + e.getMessage() + "): delete it, then `musher up`",
                    e);
        }
    }

    /** A client of the daemon; {@link Failure} where none runs. */
    NodeClient connect() {
        Run run =
                run().orElseThrow(() ->
                        new Failure(
                                Failure.UNHEALTHY,
                                "no node runs in " + home + ": start it with `musher up`"));
        return connect(home, run);
    }

    /** A client of a daemon with the token of its home. */
    static NodeClient connect(Path home, Run run) {
        Path token = home.resolve("token");
        try {
            // The first word is the token of the home's user; others may follow.
            String first = Files.readString(token).split("\\s", 2)[0];
            return new NodeClient(run.http(), first, run.certificate());
        } catch (IOException e) {
            throw new Failure(
                    Failure.FAILED, token + " cannot be read (" + e.getMessage() + ")", e);
        }
    }
}

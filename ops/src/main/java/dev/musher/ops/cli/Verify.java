package dev.musher.ops.cli;

import dev.musher.node.HomeVerify;
import dev.musher.node.verify.Fork;
import dev.musher.node.verify.Problem;
import dev.musher.node.verify.Report;
import dev.musher.node.verify.Verification;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code musher verify}. */
@Command(
        name = "verify",
        description = {
            "Check a whole history offline, and name what is wrong by its place.",
            "Every hash, chain, signature and right to write, forks, and the state that is made of"
                    + " it. Of a home (or a backup: --home DIR), whose node may run, or of what"
                    + " `musher export` wrote. Changes nothing.",
            "Exit 0 when all is well, 5 when anything is wrong."
        })
public final class Verify extends Action {

    private static final long TOLD_EVERY = 200_000;

    @Parameters(
            paramLabel = "FILE",
            arity = "0..1",
            description = "What `musher export` wrote (default: the home).")
    @Nullable Path file;

    @Option(
            names = "--expect",
            paramLabel = "DIGEST",
            description =
                    "The digest that it must come to, as another node tells it: else whole changes"
                            + " cut off at the end could not be told.")
    @Nullable String expect;

    @Override
    protected int run(Screen screen) throws IOException, InterruptedException {
        long beganNs = System.nanoTime();
        LongConsumer told =
                new LongConsumer() {
                    private long next = TOLD_EVERY;

                    @Override
                    public void accept(long changes) {
                        if (changes >= next) {
                            next = changes + TOLD_EVERY;
                            screen.say(String.format(Locale.ROOT, "%,d changes so far", changes));
                        }
                    }
                };
        Path path = file;
        Report found = path == null ? home(told) : export(path, told);
        if (expect != null && !expect.equals(found.digest())) {
            found =
                    found.with(
                            List.of(
                                    Problem.ofWhole(
                                            "the digest is "
                                                    + found.digest()
                                                    + ", not "
                                                    + expect)));
        }
        show(screen, path == null ? homes().home() : path, found);
        screen.object(json(found, (System.nanoTime() - beganNs) / 1e9));
        return found.isWell() ? 0 : Failure.UNHEALTHY;
    }

    private static Report export(Path file, LongConsumer told)
            throws IOException, InterruptedException {
        if (!Files.isRegularFile(file)) {
            throw new Failure(
                    Failure.NOT_FOUND,
                    "there is no file " + file + "; a home is named with --home DIR");
        }
        try (Reader in = ExportFile.open(file)) {
            return Verification.ofExport(ExportFile.found(in), told);
        }
    }

    private Report home(LongConsumer told) throws IOException, InterruptedException {
        Homes homes = homes();
        if (homes.run().isEmpty()) {
            Stopped.requireHome(homes.home());
            return HomeVerify.stopped(homes.home(), told);
        }
        // The node's own backup holds all that it acknowledged, and costs links, not copies.
        // One for each process: two that verify at once must not take each other's away.
        Path backup = homes.home().resolve("verifying-" + ProcessHandle.current().pid());
        removeOld(homes.home());
        try (NodeClient node = homes.connect()) {
            node.write("POST", "/api/v1/backup", Map.of("folder", backup.toString()));
            return HomeVerify.store(backup.resolve("store"), told);
        } finally {
            remove(backup);
        }
    }

    private static void show(Screen screen, Path path, Report found) {
        found.problems().forEach(p -> screen.result(screen.red(p.toString())));
        if (found.problemCount() > found.problems().size()) {
            screen.result(
                    screen.red(
                            "and "
                                    + (found.problemCount() - found.problems().size())
                                    + " problems more"));
        }
        for (Fork fork : found.forks()) {
            if (fork.settled()) {
                screen.say(
                        "a fork at seq "
                                + fork.seq()
                                + " of chain "
                                + Problem.chain(fork.chain())
                                + " is settled");
            }
        }
        screen.say(
                String.format(
                        Locale.ROOT,
                        "%,d changes of %d chains, %,d signatures, %,d items (%,d with void ops)",
                        found.changes(),
                        found.chains(),
                        found.signatures(),
                        found.items(),
                        found.itemsWithVoid()));
        if (found.waiting() > 0) {
            screen.say(found.waiting() + " changes could not be judged: they build on what is not");
        }
        String verdict = path + (found.isWell() ? " is well" : " is NOT well");
        if (found.digest() == null) {
            screen.say(verdict + "; it holds no history");
        } else {
            screen.say(verdict + "; digest");
            screen.result(found.digest());
        }
    }

    private static Json json(Report found, double seconds) {
        List<Object> problems = new ArrayList<>();
        for (Problem each : found.problems()) {
            Map<String, Object> out = new LinkedHashMap<>();
            out.put("kind", each.flaw().word());
            out.put("at", each.at());
            out.put("chain", each.chain());
            out.put("seq", each.seq());
            out.put("id", each.id());
            out.put("text", each.text());
            problems.add(out);
        }
        List<Object> forks = new ArrayList<>();
        for (Fork each : found.forks()) {
            Map<String, Object> out = new LinkedHashMap<>();
            out.put("chain", Problem.chain(each.chain()));
            out.put("seq", each.seq());
            out.put("ids", List.of(each.one(), each.other()));
            out.put("settled", each.settled());
            forks.add(out);
        }
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("ok", found.isWell());
        out.put("project", found.project() == null ? null : found.project().hex());
        out.put("changes", found.changes());
        out.put("applied", found.applied());
        out.put("waiting", found.waiting());
        out.put("chains", found.chains());
        out.put("signatures", found.signatures());
        out.put("items", found.items());
        out.put("items_with_void", found.itemsWithVoid());
        out.put("digest", found.digest());
        out.put("rows_compared", found.rowsCompared());
        out.put("forks", forks);
        out.put("problem_count", found.problemCount());
        out.put("problems", problems);
        out.put("seconds", Math.round(seconds * 1000) / 1000.0);
        return Json.of(out);
    }

    /** What verifications left that were killed. */
    private static void removeOld(Path home) throws IOException {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(home, "verifying-*")) {
            for (Path each : all) {
                String pid = each.getFileName().toString().replaceAll("\\D", "");
                boolean works =
                        ProcessHandle.of(Long.parseLong(pid))
                                .filter(p -> !p.equals(ProcessHandle.current()))
                                .isPresent();
                if (!works) {
                    remove(each);
                }
            }
        }
    }

    private static void remove(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}

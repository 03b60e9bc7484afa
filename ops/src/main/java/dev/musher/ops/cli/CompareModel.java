package dev.musher.ops.cli;

import dev.musher.ops.model.ModelCompare;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code musher model}. */
@Command(
        name = "model",
        description =
                "Compare the fold with the model of its rules, on random histories and all"
                        + " scenarios. Exit 1 on a difference. Needs python3 and a checkout.")
final class CompareModel extends Action {

    private static final int SHOWN = 10;

    @Option(
            names = "--histories",
            paramLabel = "N",
            description = "How many random histories (default: ${DEFAULT-VALUE}).")
    int histories = 500;

    @Option(
            names = "--from",
            paramLabel = "SEED",
            description = "Seed of the first (default: ${DEFAULT-VALUE}).")
    long from;

    @Option(
            names = "--model",
            paramLabel = "DIR",
            description = "Folder of the model (default: that of this checkout).")
    @Nullable Path model;

    @Override
    protected int run(Screen screen) throws IOException, InterruptedException {
        Path folder = model == null ? ofCheckout() : model;
        ModelCompare compare = new ModelCompare();
        feed(folder, List.of("--histories", "0", "--scenarios"), compare);
        feed(
                folder,
                List.of("--histories", String.valueOf(histories), "--from", String.valueOf(from)),
                compare);
        compare.counts().forEach((what, n) -> screen.say(n + " " + what));
        List<String> differences = compare.differences();
        differences.stream().limit(SHOWN).forEach(d -> screen.say(screen.red(d)));
        screen.say(differences.size() + " differences");
        Map<String, Object> out = new LinkedHashMap<>(compare.counts());
        out.put("differences", differences.size());
        screen.object(Json.of(out));
        return differences.isEmpty() && !compare.counts().isEmpty() ? 0 : Failure.FAILED;
    }

    private static void feed(Path folder, List<String> arguments, ModelCompare compare)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("python3", "dump.py"));
        command.addAll(arguments);
        Process dump =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (BufferedReader in = dump.inputReader(StandardCharsets.UTF_8)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                compare.compare(line);
            }
            if (dump.waitFor() != 0) {
                throw new Failure(
                        Failure.FAILED,
                        "the model itself failed (exit " + dump.exitValue() + "): see above");
            }
        } finally {
            dump.destroyForcibly();
        }
    }

    private static Path ofCheckout() {
        String launcher = System.getProperty("musher.launcher", "ops/musher");
        Path top = Path.of(launcher).toAbsolutePath().getParent();
        Path folder =
                top == null ? Path.of("") : top.resolveSibling("crdt").resolve("src/test/model");
        if (!Files.isRegularFile(folder.resolve("dump.py"))) {
            throw new Failure(
                    Failure.NOT_FOUND,
                    "no model at " + folder + ": run this in a checkout, or name it by --model");
        }
        return folder;
    }
}

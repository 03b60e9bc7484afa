package dev.musher.ops.attack;

import dev.musher.ops.cli.Action;
import dev.musher.ops.cli.Failure;
import dev.musher.ops.cli.Json;
import dev.musher.ops.cli.Screen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code musher attack}. */
@Command(
        name = "attack",
        description = {
            "Attack a node of its own over its port, as a stranger and as a member gone bad.",
            "Its memory, its processor and an honest peer's latency stay in bounds. Exit 1 if one"
                    + " breaks."
        })
public final class RunAttack extends Action {

    @Parameters(
            arity = "0..*",
            paramLabel = "WORDS",
            description = "Words, or rows, of the attacks to run (default: all).")
    List<String> words = new ArrayList<>();

    @Option(
            names = "--seconds",
            paramLabel = "S",
            description = "How long an attack that can go on goes on (default: 10).")
    int seconds = 10;

    @Override
    protected int run(Screen screen) throws IOException, InterruptedException {
        List<Attack> chosen = chosen();
        if (chosen.isEmpty() || seconds < 1) {
            throw new Failure(
                    Failure.USAGE,
                    chosen.isEmpty()
                            ? "no attack has these words; there are: "
                                    + String.join(", ", all().stream().map(Attack::words).toList())
                            : "--seconds is 1 or more");
        }
        Path folder = Files.createTempDirectory("musher-attack-");
        List<Verdict> verdicts = new ArrayList<>();
        try (Scene scene = new Scene(folder)) {
            Thread ending = new Thread(scene::end, "attack-end");
            Runtime.getRuntime().addShutdownHook(ending);
            Assault assault = new Assault(scene, seconds);
            for (Attack attack : chosen) {
                Verdict verdict = assault.run(attack);
                verdicts.add(verdict);
                screen.say(verdict.holds() ? verdict.text() : screen.red(verdict.text()));
            }
        }
        boolean holds = verdicts.stream().allMatch(Verdict::holds);
        screen.say(
                holds
                        ? "every bound held"
                        : "a bound is broken; the homes and logs are left in " + folder);
        if (holds) {
            delete(folder);
        }
        screen.object(
                Json.of(
                        Map.of(
                                "holds",
                                holds,
                                "attacks",
                                verdicts.stream().map(v -> v.json().members()).toList())));
        return holds ? 0 : Failure.FAILED;
    }

    /** Every attack there is. */
    static List<Attack> all() {
        return Stream.of(StrangerAttacks.all(), MemberAttacks.all()).flatMap(List::stream).toList();
    }

    private List<Attack> chosen() {
        return all().stream()
                .filter(attack ->
                        words.isEmpty()
                                || words.stream()
                                        .anyMatch(word ->
                                                attack.row().equalsIgnoreCase(word)
                                                        || attack.words()
                                                                .contains(
                                                                        word.toLowerCase(
                                                                                Locale.ROOT))))
                .toList();
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}

package dev.musher.ops.cli;

import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code musher adopt}. */
@Command(
        name = "adopt",
        description = "Let the item ops of a void change count, on your authority.")
final class Adopt extends OnNode {

    @Parameters(
            paramLabel = "CHANGE",
            description = "Letters of the change, as `void` shows it, or all 64.")
    String change;

    @Override
    int run(Screen screen, NodeClient node) {
        List<String> found =
                change.length() == 64
                        ? List.of(change)
                        : node.get("/api/v1/void").at("void").items().stream()
                                .map(v -> v.at("change").text())
                                .filter(id -> id.startsWith(change))
                                .distinct()
                                .toList();
        if (found.size() != 1) {
            throw new Failure(
                    Failure.NOT_FOUND,
                    found.size()
                            + " void changes begin with "
                            + change
                            + ": `musher void` lists them");
        }
        Json done = Batch.one(node, Map.of("op", "adopt", "change", found.get(0)));
        return Written.say(screen, done, "adopted");
    }
}

package dev.musher.ops.cli;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code musher adopt}. */
@Command(name = "adopt", description = "Let item ops that do not count, count on your authority.")
final class Adopt extends OnNode {

    @Parameters(
            arity = "0..1",
            paramLabel = "CHANGE",
            description = "Letters of the change, as `void` shows it, or all 64.")
    @Nullable String change;

    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            description = "All of a device that does not count: its label or letters of its key.")
    @Nullable String device;

    @Override
    int run(Screen screen, NodeClient node) {
        if ((change == null) == (device == null)) {
            throw new Failure(Failure.USAGE, "give a CHANGE, or --device DEVICE");
        }
        return change == null
                ? all(screen, node, String.valueOf(device))
                : one(screen, node, change);
    }

    private static int all(Screen screen, NodeClient node, String word) {
        Json member = Devices.find(node, word);
        Map<String, String> body = Map.of("device", member.at("device").text());
        Json done = node.write("POST", "/api/v1/adopt", body);
        return Written.say(screen, done, "adopted the work of " + Devices.name(member));
    }

    private static int one(Screen screen, NodeClient node, String change) {
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

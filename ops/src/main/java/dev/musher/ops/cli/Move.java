package dev.musher.ops.cli;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code musher move}. */
@Command(
        name = "move",
        description = "Let an event happen to an item: start, qa, merge, block, done, ...")
final class Move extends OnNode {

    @Parameters(index = "0", paramLabel = "REF", description = "The item.")
    String ref;

    @Parameters(index = "1", paramLabel = "EVENT", description = "The event.")
    String event;

    @Option(names = "--reason", paramLabel = "R", description = "Why.")
    @Nullable String reason;

    @Option(names = "--detail", paramLabel = "NAME=VALUE", description = "More about the event.")
    Map<String, String> details = new TreeMap<>();

    @Override
    int run(Screen screen, NodeClient node) {
        Map<String, Object> body = new TreeMap<>();
        body.put("event", event);
        if (reason != null) {
            body.put("reason", reason);
        }
        if (!details.isEmpty()) {
            body.put("details", details);
        }
        return Written.say(screen, node.write("POST", item(ref) + "/events", body), event);
    }
}

package dev.musher.ops.cli;

import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code musher restore}. */
@Command(name = "restore", description = "Bring a deleted item back.")
final class RestoreItem extends OnNode {

    @Parameters(index = "0", paramLabel = "REF", description = "The item.")
    String ref;

    @Override
    int run(Screen screen, NodeClient node) {
        return Written.say(
                screen, Batch.one(node, Map.of("op", "restore", "ref", ref)), "restored");
    }
}

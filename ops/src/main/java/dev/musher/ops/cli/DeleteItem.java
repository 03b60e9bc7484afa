package dev.musher.ops.cli;

import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code musher delete}. */
@Command(
        name = "delete",
        description = "Delete an item: it leaves every list; `restore` brings it back.")
final class DeleteItem extends OnNode {

    @Parameters(index = "0", paramLabel = "REF", description = "The item.")
    String ref;

    @Override
    int run(Screen screen, NodeClient node) {
        return Written.say(screen, node.write("DELETE", item(ref), Map.of()), "deleted");
    }
}

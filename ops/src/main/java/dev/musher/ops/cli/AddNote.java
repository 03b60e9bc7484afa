package dev.musher.ops.cli;

import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code musher note}. */
@Command(name = "note", description = "Add a note to an item.")
final class AddNote extends OnNode {

    @Parameters(index = "0", paramLabel = "REF", description = "The item.")
    String ref;

    @Parameters(index = "1", paramLabel = "TEXT", description = "The note.")
    String text;

    @Override
    int run(Screen screen, NodeClient node) {
        Json done = node.write("POST", item(ref) + "/notes", Map.of("text", text));
        return Written.say(screen, done, "noted");
    }
}

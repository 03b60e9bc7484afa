package dev.musher.ops.cli;

import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code musher settle}. */
@Command(name = "settle", description = "Settle a conflict: the chosen value stays, the others go.")
final class Settle extends OnNode {

    @Parameters(index = "0", paramLabel = "REF", description = "The item.")
    String ref;

    @Parameters(
            index = "1",
            paramLabel = "FIELD",
            description = "stage, a field, or todo:TEXT, as `conflicts` names it.")
    String field;

    @Parameters(
            index = "2",
            paramLabel = "CHOICE",
            description = "shown, or letters of the change that wrote the value.")
    String choice;

    @Override
    int run(Screen screen, NodeClient node) {
        Json done =
                node.write("POST", item(ref) + "/settle", Map.of("field", field, "choice", choice));
        return Written.say(screen, done, "settled " + field);
    }
}

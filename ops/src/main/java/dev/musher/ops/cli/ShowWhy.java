package dev.musher.ops.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code musher why}. */
@Command(name = "why", description = "What an item waits for, and the command that ends it.")
final class ShowWhy extends OnNode {

    @Parameters(paramLabel = "REF", description = "The item.")
    String ref;

    @Override
    int run(Screen screen, NodeClient node) {
        Json why = node.get(item(ref) + "/why");
        List<Json> reasons = why.at("reasons").items();
        screen.say(screen.bold(Views.ref(why)) + "  " + why.at("stage").text());
        for (Json reason : reasons) {
            screen.result(
                    Text.line(reason.at("text").text())
                            + "  "
                            + screen.dim(Text.line(reason.at("action").text())));
        }
        if (reasons.isEmpty()) {
            screen.say("it waits for nothing");
        }
        screen.object(why);
        return 0;
    }
}

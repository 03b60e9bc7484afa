package dev.musher.ops.cli;

import picocli.CommandLine.Command;

/** {@code musher digest}. */
@Command(
        name = "digest",
        description = "Print the hash of the whole state: equal on nodes that agree.")
final class ShowDigest extends OnNode {

    @Override
    int run(Screen screen, NodeClient node) {
        Json answer = node.get("/api/v1/digest");
        screen.result(answer.at("digest").text());
        screen.say(
                answer.at("items").text() + " items, " + answer.at("changes").text() + " changes");
        if (answer.at("settling").number() > 0) {
            screen.say(
                    "no digest yet: a late verdict is still being applied, "
                            + answer.at("settling").text()
                            + " changes and items are left");
        }
        if (answer.at("digest").text().isEmpty() && answer.at("settling").number() == 0) {
            node.problems().forEach(p -> screen.say(Text.line(p)));
        }
        screen.object(answer);
        return 0;
    }
}

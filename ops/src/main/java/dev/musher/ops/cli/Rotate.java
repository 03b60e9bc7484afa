package dev.musher.ops.cli;

import java.util.Map;
import picocli.CommandLine.Command;

/** {@code musher rotate}. */
@Command(
        name = "rotate",
        description = {
            "Give this device a new key, which the old one adds and ends for.",
            "Nothing is lost, and the old key, wherever a copy of it is, writes nothing that"
                    + " counts any more."
        })
final class Rotate extends OnHome {

    @Override
    int run(Screen screen, NodeClient node) {
        Json done = node.write("POST", "/api/v1/rotate", Map.of());
        screen.say(
                "the key of this device is "
                        + Text.brief(done.at("device").text())
                        + " now; "
                        + Text.brief(done.at("old").text())
                        + " has ended");
        screen.say(
                "Links of `musher invite` that nobody has used and every token of this home are"
                        + " good no more: make fresh ones, and read the file `token` again.");
        screen.object(done);
        return 0;
    }
}

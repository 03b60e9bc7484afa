package dev.musher.ops.cli;

import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code musher checkpoint}. */
@Command(
        name = "checkpoint",
        description = {
            "Sign, as an owner, what everything up to now adds up to.",
            "It vouches for what replaced texts were, so that nodes may drop them (`compact`)."
        })
final class MakeCheckpoint extends OnNode {

    @Option(names = "--list", description = "List checkpoints, and who has not acknowledged them.")
    boolean list;

    @Override
    int run(Screen screen, NodeClient node) {
        return list ? list(screen, node) : write(screen, node);
    }

    private static int write(Screen screen, NodeClient node) {
        long written = 0;
        long outlines = 0;
        Json done;
        do {
            done = node.write("POST", "/api/v1/checkpoints", Map.of());
            written += done.at("checkpoints").number();
            outlines += done.at("outlines").number();
        } while (done.at("left").number() > 0);
        String digest = done.at("digest").text();
        screen.say(
                written
                        + (written == 1 ? " checkpoint" : " checkpoints")
                        + " at digest "
                        + Text.brief(digest)
                        + ", vouching for "
                        + outlines
                        + " more changes; `musher compact` drops their texts once every active"
                        + " member has written after it");
        screen.object(
                Json.of(Map.of("checkpoints", written, "outlines", outlines, "digest", digest)));
        return 0;
    }

    private static int list(Screen screen, NodeClient node) {
        Json answer = node.get("/api/v1/checkpoints");
        Map<String, String> names = Devices.names(node);
        Table table = new Table("CHECKPOINT", "AT", "BY", "COUNTS", "OUTLINES", "WAITS FOR");
        for (Json c : answer.at("checkpoints").items()) {
            table.row(
                    Text.brief(c.at("id").text()),
                    Views.time(c.at("at")),
                    names.getOrDefault(c.at("by").text(), ""),
                    c.at("counts").flag() ? "yes" : "no",
                    c.at("outlines").text(),
                    c.at("waits_for").items().stream()
                            .map(d -> names.getOrDefault(d.text(), Text.brief(d.text())))
                            .reduce((a, b) -> a + ", " + b)
                            .orElse(""));
        }
        screen.table(table, "no checkpoints");
        screen.object(answer);
        return 0;
    }
}

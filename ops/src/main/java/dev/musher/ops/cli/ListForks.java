package dev.musher.ops.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code musher forks}. */
@Command(
        name = "forks",
        description = {
            "List devices that wrote two histories under one number, with the proof.",
            "A copied home or an old backup is the usual cause; `forks settle` heals it."
        },
        subcommands = ListForks.SettleForks.class)
final class ListForks extends OnNode {

    @Override
    int run(Screen screen, NodeClient node) {
        Json answer = node.get("/api/v1/forks");
        Table table = new Table("DEVICE", "LABEL", "EPOCH", "SEQ", "HISTORIES", "STATE", "PROOF");
        for (Json f : answer.at("forks").items()) {
            table.row(
                    Text.brief(f.at("device").text()),
                    Text.line(f.at("label").text()),
                    f.at("epoch").text(),
                    f.at("seq").text(),
                    f.at("branches").text(),
                    f.at("state").text(),
                    f.at("proof").items().stream()
                            .map(p -> Text.brief(p.text()))
                            .reduce((a, b) -> a + " | " + b)
                            .orElse(""));
        }
        screen.table(table, "no forks");
        screen.object(answer);
        return 0;
    }

    /** {@code musher forks settle}. */
    @Command(
            name = "settle",
            description = {
                "Let both histories of a fork count from now on; the device goes on in a fresh"
                        + " one.",
                "To drop one of them instead, revoke the device with --keep."
            })
    static final class SettleForks extends OnHome {

        @Parameters(
                arity = "0..1",
                paramLabel = "DEVICE",
                description = "Whose forks (default: all that this node may settle).")
        @Nullable String device;

        @Override
        int run(Screen screen, NodeClient node) {
            Map<String, Object> body = new LinkedHashMap<>();
            if (device != null) {
                body.put("device", Devices.find(node, device).at("device").text());
            }
            Json done = node.write("POST", "/api/v1/forks/settle", body);
            return Written.say(screen, done, "settled");
        }
    }
}

package dev.musher.ops.cli;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code musher invite}. */
@Command(
        name = "invite",
        description = "Make a link for one device to join this project, valid 24 hours.")
final class Invite extends OnNode {

    @Option(names = "--role", paramLabel = "R", description = "owner, member, agent or reader.")
    String role = "member";

    @Option(names = "--label", paramLabel = "L", description = "What to call the device.")
    @Nullable String label;

    @Option(
            names = "--expires",
            paramLabel = "TIME",
            description =
                    "Revoke its key then: a time (2026-01-31T12:00:00Z), or 90m, 12h, 30d from"
                            + " now.")
    @Nullable String expires;

    @Override
    int run(Screen screen, NodeClient node) {
        Map<String, Object> body = new TreeMap<>();
        body.put("role", role);
        if (label != null) {
            body.put("label", label);
        }
        if (expires != null) {
            body.put("expires", Expiry.of(expires).toString());
        }
        Json made = node.write("POST", "/api/v1/invites", body);
        screen.say("Single use, for the role " + role + ", valid 24 hours. On the other machine:");
        screen.say("  musher join '" + made.at("link").text() + "'");
        if (common.quiet) {
            screen.result(made.at("link").text());
        }
        screen.object(made);
        return 0;
    }
}

package dev.musher.ops.cli;

import dev.musher.crdt.change.Op;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code musher members}. */
@Command(
        name = "members",
        description = "List the devices of the project, the most senior first.",
        subcommands = {ListMembers.SetRole.class, ListMembers.Add.class})
final class ListMembers extends OnNode {

    @Override
    int run(Screen screen, NodeClient node) {
        Json answer = node.get("/api/v1/members");
        Table table = new Table("DEVICE", "ROLE", "LABEL", "ADDED BY", "LAST CHANGE", "NOTE");
        for (Json m : answer.at("members").items()) {
            table.row(
                    Text.brief(m.at("device").text()),
                    m.at("role").text(),
                    m.at("label").text(),
                    Text.brief(m.at("added_by").text()),
                    Views.time(m.at("last")),
                    note(m));
        }
        screen.table(table, "no members");
        screen.object(answer);
        return 0;
    }

    private static String note(Json member) {
        List<String> out = new ArrayList<>();
        if (member.at("self").flag()) {
            out.add("this node");
        }
        Json revoked = member.at("revoked");
        if (revoked.at("replaced_by").exists()) {
            out.add(
                    "replaced by the key "
                            + Text.brief(revoked.at("replaced_by").text())
                            + " at "
                            + Views.time(revoked.at("at")));
        } else if (revoked.at("by").exists()) {
            out.add(
                    "revoked by "
                            + revoked.at("user").text()
                            + (revoked.at("by_seniority").number() == 0 ? " with the " : " on ")
                            + revoked.at("by_label").text()
                            + " at "
                            + Views.time(revoked.at("at")));
        } else if (member.at("cut").flag()) {
            out.add("revoked");
        } else if (member.at("expires").exists()) {
            out.add("expires " + Views.time(member.at("expires")));
        }
        long ahead = member.at("clock_ahead_ms").number();
        if (ahead > 0) {
            out.add("clock ahead by " + ahead / 1000 + " s");
        }
        return String.join(", ", out);
    }

    /** {@code musher members role}. */
    @Command(
            name = "role",
            description = {
                "Give a device a further role. The rights of a key only grow: to take some away",
                "revoke it, and invite the device with a new key."
            })
    static final class SetRole extends OnHome {

        @Parameters(
                paramLabel = "DEVICE",
                description = "Its label, the first letters of its key, or `self`.")
        String device;

        @Parameters(paramLabel = "ROLE", description = "agent, member or owner.")
        String role;

        @Option(
                names = "--recovery-key",
                paramLabel = "FILE",
                description = "Sign with the recovery key, where no owner is left.")
        @Nullable Path recoveryKey;

        @Override
        int run(Screen screen, NodeClient node) {
            Json member = Devices.find(node, device);
            String key = member.at("device").text();
            Json done =
                    RecoveryKey.carryOut(
                            recoveryKey,
                            node,
                            "/api/v1/roles",
                            "set_role",
                            Map.of("device", key, "role", role),
                            op ->
                                    op instanceof Op.SetRole set
                                            && set.device().hex().equals(key)
                                            && set.role().word().equals(role));
            screen.say(
                    Devices.name(member)
                            + " is "
                            + role
                            + "  change "
                            + Text.brief(done.at("change").text()));
            screen.object(done);
            return 0;
        }
    }

    /** {@code musher members add}. */
    @Command(
            name = "add",
            description = {
                "Add a device by its key, as its `ready` line or `musher digest --json` shows it.",
                "`musher invite` is the way for people: it needs no key to be copied."
            })
    static final class Add extends OnNode {

        @Parameters(paramLabel = "KEY", description = "The device's key, 64 hexadecimal digits.")
        String key;

        @Parameters(paramLabel = "ROLE", description = "reader, agent, member or owner.")
        String role;

        @Parameters(paramLabel = "LABEL", description = "What people shall call it.")
        String label;

        @Option(
                names = "--expires",
                paramLabel = "TIME",
                description =
                        "Revoke it then: a time (2026-01-31T12:00:00Z), or 90m, 12h, 30d from now.")
        @Nullable String expires;

        @Override
        int run(Screen screen, NodeClient node) {
            Map<String, Object> body =
                    new LinkedHashMap<>(Map.of("device", key, "role", role, "label", label));
            if (expires != null) {
                body.put("expires", Expiry.of(expires).toString());
            }
            Json done = node.write("POST", "/api/v1/members", body);
            return Written.say(screen, done, "added " + Text.line(label));
        }
    }
}

package dev.musher.ops.cli;

import picocli.CommandLine.Command;

/** {@code musher members}. */
@Command(name = "members", description = "List the devices of the project, the most senior first.")
final class ListMembers extends OnNode {

    @Override
    int run(Screen screen, NodeClient node) {
        Json answer = node.get("/api/v1/members");
        Table table = new Table("DEVICE", "ROLE", "LABEL", "LAST CHANGE", "NOTE");
        for (Json m : answer.at("members").items()) {
            // Nobody is senior to the key that the genesis names.
            String who =
                    m.at("self").flag()
                            ? "this node"
                            : m.at("role").exists() && m.at("seniority").number() == 0
                                    ? "recovery key"
                                    : "";
            String cut = m.at("cut").flag() ? (who + " cut").strip() : who;
            table.row(
                    Text.brief(m.at("device").text()),
                    m.at("role").text(),
                    m.at("label").text(),
                    Views.time(m.at("last")),
                    m.at("clock_ahead_ms").number() > 0
                            ? cut
                                    + " clock ahead by "
                                    + m.at("clock_ahead_ms").number() / 1000
                                    + " s"
                            : cut);
        }
        screen.table(table, "no members");
        screen.object(answer);
        return 0;
    }
}

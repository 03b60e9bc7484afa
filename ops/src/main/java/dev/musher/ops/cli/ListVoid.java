package dev.musher.ops.cli;

import picocli.CommandLine.Command;

/** {@code musher void}. */
@Command(name = "void", description = "List changes that do not count, and why.")
final class ListVoid extends OnNode {

    @Override
    int run(Screen screen, NodeClient node) {
        Json answer = node.get("/api/v1/void");
        Table table = new Table("CHANGE", "BY", "AT", "WHY", "WHAT");
        for (Json v : answer.at("void").items()) {
            table.row(
                    Text.brief(v.at("change").text()),
                    Views.actor(v.at("by")),
                    Views.time(v.at("at")),
                    v.at("reason").text(v.at("why").text()),
                    v.at("text").text(v.at("op").text()));
        }
        screen.table(table, "every change counts");
        screen.object(answer);
        return 0;
    }
}

package dev.musher.ops.cli;

import picocli.CommandLine.Command;

/** {@code musher forks}. */
@Command(name = "forks", description = "List devices that wrote two histories under one number.")
final class ListForks extends OnNode {

    @Override
    int run(Screen screen, NodeClient node) {
        Json answer = node.get("/api/v1/forks");
        Table table = new Table("DEVICE", "EPOCH", "SEQ", "STATE");
        for (Json f : answer.at("forks").items()) {
            table.row(
                    Text.brief(f.at("device").text()),
                    f.at("epoch").text(),
                    f.at("seq").text(),
                    f.at("state").text(f.at("settled").text()));
        }
        screen.table(table, "no forks");
        screen.object(answer);
        return 0;
    }
}

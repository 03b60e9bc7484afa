package dev.musher.ops.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code musher conflicts}. */
@Command(
        name = "conflicts",
        description = "Show values that were written without knowing of each other.")
final class Conflicts extends OnNode {

    @Parameters(arity = "0..1", paramLabel = "REF", description = "One item (default: all).")
    @Nullable String ref;

    @Override
    int run(Screen screen, NodeClient node) {
        Json answer = node.get(ref == null ? "/api/v1/conflicts" : item(ref) + "/conflicts");
        if (answer.at("conflicts").items().isEmpty()) {
            screen.say("no conflicts");
        }
        print(screen, answer);
        screen.object(answer);
        return 0;
    }

    /** The values of each field, the shown one first, and how to settle. */
    static void print(Screen screen, Json conflicts) {
        for (Json c : conflicts.at("conflicts").items()) {
            String field = Text.line(c.at("field").text());
            String ref = c.at("ref").text();
            screen.result(screen.red("#" + ref + " conflict in " + field));
            Table table = new Table("", "CHOICE", "VALUE", "BY", "AT");
            row(table, "shown", c.at("shown"));
            c.at("others").items().forEach(o -> row(table, "", o));
            screen.table(table, "");
            String word = field.contains(" ") ? "'" + field + "'" : field;
            screen.say(screen.dim("  choose: musher settle " + ref + " " + word + " CHOICE"));
        }
    }

    private static void row(Table table, String mark, Json value) {
        table.row(
                mark,
                Text.brief(value.at("change").text()),
                Views.value(value.at("value")),
                Views.actor(value.at("by")),
                Views.time(value.at("at")));
    }
}

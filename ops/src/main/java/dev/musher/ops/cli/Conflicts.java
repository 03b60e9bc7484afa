package dev.musher.ops.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
        if (ref != null) {
            Json of = node.get(item(ref) + "/conflicts");
            if (of.at("conflicts").items().isEmpty()) {
                screen.say("no conflicts");
            }
            print(screen, of);
            screen.object(of);
            return 0;
        }
        List<Object> all = new ArrayList<>();
        for (Json column : node.get("/api/v1/board").at("columns").items()) {
            for (Json item : column.at("items").items()) {
                if (!item.at("conflicts").items().isEmpty()) {
                    all.add(one(screen, node, item));
                }
            }
        }
        if (all.isEmpty()) {
            screen.say("no conflicts");
        }
        screen.object(Json.of(Map.of("items", all)));
        return 0;
    }

    private static Map<String, Object> one(Screen screen, NodeClient node, Json item) {
        Json of = node.get(item(item.at("id").text()) + "/conflicts");
        screen.result(screen.bold(Views.ref(item)) + " " + Text.line(item.at("name").text()));
        print(screen, of);
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("id", item.at("id"));
        out.put("ref", item.at("ref"));
        out.put("conflicts", of.at("conflicts"));
        return out;
    }

    /** The values of each field, the shown one first, and how to settle. */
    static void print(Screen screen, Json conflicts) {
        for (Json c : conflicts.at("conflicts").items()) {
            screen.say("");
            screen.say(
                    screen.red("conflict in " + Text.line(c.at("field").text()))
                            + ": choose one with `musher settle REF "
                            + Text.line(c.at("field").text())
                            + " CHOICE`");
            Table table = new Table("", "CHOICE", "VALUE", "BY", "AT");
            row(table, "shown", c.at("shown"));
            c.at("others").items().forEach(o -> row(table, "", o));
            screen.table(table, "");
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

package dev.musher.ops.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code musher show}. */
@Command(name = "show", description = "Show an item, its conflicts and, if asked, its history.")
final class ShowItem extends OnNode {

    /** Shown in a place of their own, or of no use to people. */
    private static final Set<String> APART =
            Set.of(
                    "id",
                    "ref",
                    "number",
                    "name",
                    "type",
                    "body",
                    "notes",
                    "todos",
                    "conflicts",
                    "version");

    /** Told only where there is something to count. */
    private static final Set<String> COUNTS =
            Set.of("retries", "tokens", "micro_dollars", "notes_count");

    private static final Pattern TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z");

    @Parameters(paramLabel = "REF", description = "A number, number-letters, or letters of an id.")
    String ref;

    @Option(names = "--history", description = "Every change to it.")
    boolean history;

    @Override
    int run(Screen screen, NodeClient node) {
        Json item = node.get(item(ref));
        Json conflicts =
                item.at("conflicts").items().isEmpty()
                        ? Json.NOTHING
                        : node.get(item(ref) + "/conflicts");
        screen.say(
                screen.bold(Views.ref(item) + " " + Text.line(item.at("name").text()))
                        + "  "
                        + item.at("type").text());
        facts(screen, item);
        section(screen, "", item.at("body").text());
        for (Json todo : item.at("todos").items()) {
            screen.say(
                    (todo.at("checked").flag() ? "[x] " : "[ ] ")
                            + Text.line(todo.at("text").text(todo.text())));
        }
        for (Json note : item.at("notes").items()) {
            section(
                    screen,
                    "note by " + Views.actor(note.at("by")) + " " + Views.time(note.at("at")),
                    note.at("text").text());
        }
        Conflicts.print(screen, conflicts);
        Map<String, Object> out = new LinkedHashMap<>(item.members());
        if (item.at("type").text().equals("epic")) {
            List<Json> members = members(node, item.at("id").text());
            screen.say("");
            screen.table(Views.items(members), "nothing belongs to this epic yet");
            out.put("members", members);
        }
        if (conflicts.exists()) {
            out.put("conflict_values", conflicts.at("conflicts"));
        }
        if (history) {
            Json log = node.get(item(ref) + "/history");
            history(screen, log);
            out.put("history", log.at("history"));
        }
        screen.object(Json.of(out));
        return 0;
    }

    private static void facts(Screen screen, Json item) {
        Table table = new Table("", "");
        table.row("id", item.at("id").text());
        for (String name : item.names()) {
            String fact = fact(item.at(name));
            boolean none = COUNTS.contains(name) && fact.equals("0");
            if (!APART.contains(name) && !fact.isEmpty() && !none) {
                table.row(name, fact);
            }
        }
        table.lines().stream().skip(1).forEach(screen::say);
    }

    private static String fact(Json value) {
        if (value.at("kind").exists() && value.at("id").exists()) {
            return value.at("kind").text()
                    + " "
                    + value.at("id").text()
                    + "  "
                    + Views.time(value.at("time"));
        }
        if (value.at("kind").exists() && value.at("name").exists()) {
            return value.at("name").text() + " via " + value.at("via").text();
        }
        if (value.isObject() && !value.at("ref").exists()) {
            return value.names().stream()
                    .map(name -> name + " " + fact(value.at(name)))
                    .collect(Collectors.joining(", "));
        }
        if (!value.exists()) {
            return "";
        }
        return TIME.matcher(value.text()).matches() ? Views.time(value) : Views.value(value);
    }

    /** Items that name an epic as theirs. */
    private static List<Json> members(NodeClient node, String epic) {
        return node.get("/api/v1/board").at("columns").items().stream()
                .flatMap(column -> column.at("items").items().stream())
                .filter(item -> item.at("epic").at("id").text().equals(epic))
                .toList();
    }

    private static void section(Screen screen, String title, String text) {
        if (!text.isBlank()) {
            screen.say("");
            if (!title.isBlank()) {
                screen.say(screen.dim(Text.line(title)));
            }
            screen.say(Text.block(text));
        }
    }

    private static void history(Screen screen, Json log) {
        Table table = new Table("TIME", "BY", "CHANGE", "WHAT", "VOID");
        List<Json> entries = log.at("history").items();
        for (Json e : entries) {
            table.row(
                    Views.time(e.at("at")),
                    Views.actor(e.at("by")),
                    Text.brief(e.at("change").text()),
                    e.at("text").text(e.at("op").text()),
                    e.at("void").text());
        }
        screen.say("");
        screen.table(table, "no history");
    }
}

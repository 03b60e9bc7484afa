package dev.musher.ops.cli;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Collectors;

/** Answers of a node as lines and cells. */
final class Views {

    private Views() {}

    /** A time that came as text or as ms since 1970, to the second, UTC. */
    static String time(Json time) {
        String iso =
                time.number() > 0
                        ? Instant.ofEpochMilli(time.number())
                                .truncatedTo(ChronoUnit.SECONDS)
                                .toString()
                        : time.text();
        return Text.time(iso);
    }

    /** Who did something: a name, or the most telling part of an actor. */
    static String actor(Json by) {
        for (String part : List.of("name", "user", "agent", "system", "label", "kind")) {
            if (by.at(part).exists()) {
                return by.at(part).text();
            }
        }
        return by.text();
    }

    /** A value of a field; a reference by the words that people use for it. */
    static String value(Json value) {
        if (value.isList()) {
            return value.items().stream().map(Views::value).collect(Collectors.joining(", "));
        }
        if (value.at("ref").exists()) {
            return value.at("ref").text();
        }
        return value.at("text").exists() ? value.at("text").text() : value.text("(none)");
    }

    /** A reference with the sign that people write before it. */
    static String ref(Json item) {
        return "#" + item.at("ref").text(item.at("number").text());
    }

    /** What stands beside the name of an item: badge, conflicts, who works on it. */
    static String marks(Json item) {
        String badge = item.at("badge").text();
        StringBuilder out = new StringBuilder();
        if (!badge.isEmpty() && !badge.equals("active") && !badge.equals("done")) {
            out.append('[').append(badge).append("] ");
        }
        if (!item.at("conflicts").items().isEmpty()) {
            out.append("[conflict] ");
        }
        return out.toString();
    }

    /** Rows of a list of items. */
    static Table items(List<Json> items) {
        Table table = new Table("REF", "ID", "TYPE", "STAGE", "P", "ASSIGNEE", "NAME");
        for (Json i : items) {
            table.row(
                    ref(i),
                    i.at("id").text(),
                    i.at("type").text(),
                    i.at("stage").text(),
                    i.at("priority").text(),
                    i.at("assignee").text(),
                    marks(i) + i.at("name").text());
        }
        return table;
    }
}

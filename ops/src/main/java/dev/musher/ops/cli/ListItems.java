package dev.musher.ops.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code musher list}. */
@Command(name = "list", description = "List items.")
final class ListItems extends OnNode {

    private static final int PAGES_MAX = 10_000;

    @Option(
            names = "--column",
            paramLabel = "C",
            description = "backlog, coding, qa, merge, done, closed or archived.")
    @Nullable String column;

    @Option(
            names = "--type",
            paramLabel = "T",
            description = "story, bug, spike, refactor or epic.")
    @Nullable String type;

    @Option(names = "--search", paramLabel = "TEXT", description = "Only items with this text.")
    @Nullable String search;

    @Option(names = "--limit", paramLabel = "N", description = "At most this many (default: all).")
    int limit = Integer.MAX_VALUE;

    @Override
    int run(Screen screen, NodeClient node) {
        List<Json> items = new ArrayList<>();
        String cursor = "";
        for (int page = 0; page < PAGES_MAX; page++) {
            Json answer = node.get(path(cursor));
            items.addAll(answer.at("items").items());
            cursor = answer.at("cursor").text(answer.at("next").text());
            if (cursor.isEmpty() || items.size() >= limit) {
                break;
            }
        }
        List<Json> shown = items.subList(0, Math.min(items.size(), limit));
        screen.table(Views.items(shown), "no items");
        screen.object(Json.of(java.util.Map.of("items", shown)));
        return 0;
    }

    private String path(String cursor) {
        StringBuilder out = new StringBuilder("/api/v1/items?limit=" + Math.min(limit, 500));
        add(out, "column", column);
        add(out, "type", type);
        add(out, "q", search);
        add(out, "cursor", cursor.isEmpty() ? null : cursor);
        return out.toString();
    }

    private static void add(StringBuilder query, String name, @Nullable String value) {
        if (value != null) {
            query.append('&').append(name).append('=').append(NodeClient.escape(value));
        }
    }
}

package dev.musher.ops.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code musher board}. */
@Command(name = "board", description = "Show the columns with their items.")
final class ShowBoard extends OnNode {

    private static final int SHOWN = 30;

    @Option(names = "--watch", description = "Stay, and show each change as it comes.")
    boolean watch;

    @Option(
            names = "--at",
            paramLabel = "TIME",
            description = "The board at a moment of the past: 2026-02-27T12:00:00Z.")
    @Nullable String at;

    @Option(names = "--all", description = "Show every item of a column, not the first 30.")
    boolean all;

    @Override
    int run(Screen screen, NodeClient node) {
        if (watch && at != null) {
            throw new Failure(Failure.USAGE, "--watch shows the present: leave --at out");
        }
        List<String> problems = node.problems();
        show(screen, node);
        // Below the board, where the eye is when it has been printed.
        problems.forEach(p -> screen.say(screen.red("! ") + Text.line(p)));
        if (watch) {
            String cursor = "";
            while (!Thread.currentThread().isInterrupted()) {
                cursor =
                        node.events(
                                "/api/v1/events" + (cursor.isEmpty() ? "" : "?since=" + cursor),
                                (id, name, data) -> {
                                    show(screen, node);
                                    told(screen, data);
                                    return true;
                                });
            }
        }
        return 0;
    }

    /** What the last change was. */
    private static void told(Screen screen, String data) {
        try {
            Json event = Json.read(data.getBytes(StandardCharsets.UTF_8));
            for (Json text : event.at("text").items()) {
                screen.say(
                        screen.dim(
                                Views.time(event.at("at"))
                                        + "  "
                                        + Text.line(Views.actor(event.at("actor")))
                                        + "  "
                                        + Text.line(text.text())));
            }
        } catch (IOException e) {
            throw new Failure(Failure.FAILED, "an event is not JSON: " + e.getMessage(), e);
        }
    }

    private void show(Screen screen, NodeClient node) {
        Json board = node.get("/api/v1/board" + (at == null ? "" : "?at=" + NodeClient.escape(at)));
        screen.clear();
        for (Json column : board.at("columns").items()) {
            List<Json> items = column.at("items").items();
            if (items.isEmpty()) {
                continue;
            }
            String name = column.at("column").text(column.at("name").text());
            screen.say(screen.bold(name.toUpperCase(Locale.ROOT)) + "  " + items.size());
            int shown = all ? items.size() : Math.min(items.size(), SHOWN);
            Table table = new Table("REF", "TYPE", "P", "ASSIGNEE", "NAME");
            for (Json i : items.subList(0, shown)) {
                table.row(
                        "  " + Views.ref(i),
                        i.at("type").text(),
                        i.at("priority").text(),
                        i.at("assignee").text(),
                        Views.marks(i) + i.at("name").text());
            }
            table.lines().stream().skip(1).forEach(screen::result);
            if (shown < items.size()) {
                screen.say(screen.dim("  and " + (items.size() - shown) + " more: --all"));
            }
        }
        screen.object(board);
    }
}

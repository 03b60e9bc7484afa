package dev.musher.ops.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code musher new}. */
@Command(name = "new", description = "Make an item: story, bug, spike, refactor or epic.")
final class NewItem extends OnNode {

    @Parameters(
            index = "0",
            paramLabel = "TYPE",
            description = "story, bug, spike, refactor, epic.")
    String type;

    @Parameters(index = "1", paramLabel = "NAME", description = "One line, up to 300 characters.")
    String name;

    @Option(
            names = "--body",
            paramLabel = "FILE|-",
            description = "Markdown text: a file, or - for standard input.")
    @Nullable String body;

    @Option(
            names = "--depends",
            split = ",",
            paramLabel = "REF",
            description = "Items that come first.")
    List<String> depends = new ArrayList<>();

    @Option(names = "--epic", paramLabel = "REF", description = "The epic it belongs to.")
    @Nullable String epic;

    @Option(names = "--label", split = ",", paramLabel = "L", description = "Labels.")
    List<String> labels = new ArrayList<>();

    @Option(names = "--todo", paramLabel = "TEXT", description = "Acceptance criteria, one each.")
    List<String> todos = new ArrayList<>();

    @Option(
            names = "--priority",
            paramLabel = "N",
            description = "0 is the most urgent, 9 the least.")
    @Nullable Integer priority;

    @Option(names = "--assignee", paramLabel = "WHO", description = "Who shall do it.")
    @Nullable String assignee;

    @Override
    int run(Screen screen, NodeClient node) throws IOException {
        Map<String, Object> item = new LinkedHashMap<>();
        item.put("type", type);
        item.put("name", name);
        item.put("origin", Map.of("kind", "user", "id", user()));
        if (body != null) {
            item.put("body", read(body));
        }
        if (!depends.isEmpty()) {
            item.put("depends_on", depends);
        }
        if (epic != null) {
            item.put("epic", epic);
        }
        if (!labels.isEmpty()) {
            item.put("labels", labels);
        }
        if (!todos.isEmpty()) {
            item.put("todos", todos);
        }
        if (priority != null) {
            item.put("priority", priority);
        }
        if (assignee != null) {
            item.put("assignee", assignee);
        }
        Json made = node.write("POST", "/api/v1/items", item);
        screen.result(Views.ref(made) + "  " + made.at("id").text());
        screen.object(made);
        return 0;
    }

    /** Who gives the command, as told by the system; the node vouches for the token only. */
    static String user() {
        String name = System.getProperty("user.name", "");
        return name.isBlank() ? "user" : name;
    }

    private static String read(String body) throws IOException {
        if (body.equals("-")) {
            return new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
        }
        Path file = Path.of(body);
        if (!Files.isRegularFile(file)) {
            throw new Failure(Failure.NOT_FOUND, "--body: there is no file " + file);
        }
        return Files.readString(file, StandardCharsets.UTF_8);
    }
}

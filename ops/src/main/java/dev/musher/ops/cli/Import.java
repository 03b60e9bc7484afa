package dev.musher.ops.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.musher.node.HomeRestore;
import dev.musher.node.replica.Published;
import dev.musher.ops.imports.Beads;
import dev.musher.ops.imports.ForeignItems;
import dev.musher.ops.imports.Importer;
import dev.musher.ops.imports.Markdown;
import dev.musher.ops.imports.NdjsonItems;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code musher import}. */
@Command(
        name = "import",
        description = {
            "Bring in items: a beads export, NDJSON, or a folder of markdown.",
            "What cannot be kept is counted by reason and named; what an import brought before is"
                    + " left as it is.",
            "What `musher export` wrote restores its project to an empty home."
        })
public final class Import extends Action {

    @Parameters(paramLabel = "FILE|DIR", description = "What to read.")
    Path path;

    @Option(names = "--again", description = "Make the same items once more.")
    boolean again;

    @Override
    protected int run(Screen screen) throws IOException, InterruptedException {
        if (ExportFile.matches(path)) {
            return restore(screen);
        }
        try (NodeClient node = homes().connect()) {
            return run(screen, node);
        }
    }

    private int restore(Screen screen) throws IOException {
        Homes homes = homes();
        if (homes.run().isPresent()) {
            throw new Failure(
                    Failure.CONFLICT,
                    path
                            + " is an export of a project, and a node runs in "
                            + homes.home()
                            + ": restore to an empty home, --home DIR");
        }
        Published now;
        try (Reader in = ExportFile.open(path)) {
            now = HomeRestore.into(homes.home(), ExportFile.changes(path, in));
        }
        screen.say("project " + now.project().hex() + " restored to " + homes.home());
        screen.say(now.items().size() + " items, " + now.changes() + " changes, digest");
        screen.result(String.valueOf(now.digest()));
        screen.say("Its device is new: an owner's `musher invite` makes it a member.");
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("project", now.project().hex());
        out.put("digest", String.valueOf(now.digest()));
        out.put("items", now.items().size());
        out.put("changes", now.changes());
        screen.object(Json.of(out));
        return 0;
    }

    private int run(Screen screen, NodeClient node) throws IOException, InterruptedException {
        ForeignItems items = read(path);
        String salt = again ? "import-" + System.nanoTime() : "import";
        Map<String, Importer.Present> present = again ? Map.of() : present(node);
        Importer.Report report = Importer.run(items, present, target(node, "/api/v1/batch", salt));
        int here = report.ids().size() - report.made();
        screen.say(
                report.made()
                        + " items from "
                        + items.source()
                        + ", "
                        + report.changes()
                        + " commands"
                        + (here == 0 ? "" : "; " + here + " already here, left as they are"));
        report.lost().lines().forEach(l -> screen.say("not kept as it was: " + Text.line(l)));
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("items", report.made());
        out.put("already_here", here);
        out.put("changes", report.changes());
        out.put("lost", report.lost().counts());
        out.put("ids", report.ids());
        screen.object(Json.of(out));
        return 0;
    }

    /** What imports before this one left, by the label that keeps its id at the source. */
    private static Map<String, Importer.Present> present(NodeClient node) {
        Map<String, Importer.Present> out = new HashMap<>();
        String cursor = "";
        do {
            Json page =
                    node.get(
                            "/api/v1/items?limit=1000"
                                    + (cursor.isEmpty()
                                            ? ""
                                            : "&cursor=" + NodeClient.escape(cursor)));
            for (Json item : page.at("items").items()) {
                List<String> labels = item.at("labels").items().stream().map(Json::text).toList();
                labels.stream()
                        .filter(l -> l.startsWith(Importer.MARK))
                        .forEach(l -> out.putIfAbsent(l, present(node, item, labels)));
            }
            cursor = page.at("next").text();
        } while (!cursor.isEmpty());
        return out;
    }

    private static Importer.Present present(NodeClient node, Json item, List<String> labels) {
        String id = item.at("id").text();
        boolean unfinished = labels.contains(Importer.UNFINISHED);
        Set<String> notes = new HashSet<>();
        if (unfinished) {
            node.get("/api/v1/items/" + id)
                    .at("notes")
                    .items()
                    .forEach(n -> notes.add(n.at("text").text()));
        }
        return new Importer.Present(id, unfinished, notes);
    }

    /** Reads whatever kind of thing it is. */
    static ForeignItems read(Path path) throws IOException {
        if (!Files.exists(path)) {
            throw new Failure(Failure.NOT_FOUND, "there is no " + path);
        }
        if (Beads.matches(path)) {
            return Beads.read(path);
        }
        if (Files.isDirectory(path) || path.toString().endsWith(".md")) {
            return Markdown.read(path);
        }
        ForeignItems items = NdjsonItems.read(path);
        if (items.items().isEmpty() && !items.lost().counts().isEmpty()) {
            throw new Failure(
                    Failure.USAGE,
                    path
                            + " holds no items: expected a beads export, one JSON object a line, a"
                            + " markdown file or folder, or what `musher export` wrote");
        }
        return items;
    }

    /** A batch interface as the importer sees it. */
    public static Importer.Target target(NodeClient node, String batchPath, String salt) {
        return commands -> {
            List<Json> lines = new ArrayList<>();
            for (ObjectNode c : commands) {
                lines.add(Json.read(c.toString().getBytes(StandardCharsets.UTF_8)));
            }
            return Batch.send(node, batchPath, lines, salt).stream().map(Import::result).toList();
        };
    }

    private static Importer.Result result(Json answer) {
        return answer.at("status").number() >= 400
                ? new Importer.Result(null, answer.at("detail").text("refused"))
                : new Importer.Result(answer.at("id").text(), null);
    }
}

package dev.musher.ops.cli;


import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.musher.ops.imports.Beads;
import dev.musher.ops.imports.ForeignItems;
import dev.musher.ops.imports.Importer;
import dev.musher.ops.imports.Markdown;
import dev.musher.ops.imports.NdjsonItems;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code musher import}. */
@Command(
        name = "import",
        description = {
            "Bring in items: a beads export, NDJSON, or a folder of markdown.",
            "What cannot be kept is counted by reason and named. The same file twice writes nothing"
                    + " twice."
        })
public final class Import extends OnNode {

    @Parameters(paramLabel = "FILE|DIR", description = "What to read.")
    Path path;

    @Option(names = "--again", description = "Make the same items once more.")
    boolean again;

    @Override
    int run(Screen screen, NodeClient node) throws IOException, InterruptedException {
        ForeignItems items = read(path);
        String salt = again ? "import-" + System.nanoTime() : "import";
        Importer.Report report = Importer.run(items, target(node, "/api/v1/batch", salt));
        screen.say(
                report.ids().size()
                        + " items from "
                        + items.source()
                        + ", "
                        + report.changes()
                        + " changes");
        report.lost().lines().forEach(l -> screen.say("not kept as it was: " + Text.line(l)));
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("items", report.ids().size());
        out.put("changes", report.changes());
        out.put("lost", report.lost().counts());
        out.put("ids", report.ids());
        screen.object(Json.of(out));
        return 0;
    }

    /** Reads whatever kind of thing it is. */
    static ForeignItems read(Path path) throws IOException {
        if (!Files.exists(path)) {
            throw new Failure(Failure.NOT_FOUND, "there is no " + path);
        }
        if (Beads.matches(path)) {
            return Beads.read(path);
        }
        return Files.isDirectory(path) ? Markdown.read(path) : NdjsonItems.read(path);
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

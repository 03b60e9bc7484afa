package dev.musher.ops.cli;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code musher export}. */
@Command(
        name = "export",
        description = {
            "Write every signed change, one a line: {id, bytes, outline, signature, view}.",
            "`musher import` of it into an empty home restores the project."
        })
final class Export extends OnNode {

    private static final int PAGE = 2_000;

    @Option(names = "--to", paramLabel = "FILE", description = "Where to (default: stdout).")
    @Nullable Path to;

    @Override
    int run(Screen screen, NodeClient node) throws IOException {
        if (to == null) {
            if (screen.json()) {
                throw new Failure(Failure.USAGE, "--json tells of the file: give --to FILE too");
            }
            Writer out =
                    new BufferedWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8));
            write(node, out);
            out.flush();
            return 0;
        }
        // Under another name until it is whole.
        Path partial = to.resolveSibling(to.getFileName() + ".partial");
        long lines;
        try (Writer out = Files.newBufferedWriter(partial)) {
            lines = write(node, out);
        }
        Files.move(partial, to, StandardCopyOption.REPLACE_EXISTING);
        screen.say(lines + " changes in " + to);
        screen.object(Json.of(Map.of("changes", lines, "file", to.toString())));
        return 0;
    }

    private static long write(NodeClient node, Writer out) throws IOException {
        long after = 0;
        while (true) {
            Json page = node.get("/api/v1/export?after=" + after + "&limit=" + PAGE);
            for (Json line : page.at("changes").items()) {
                out.write(line + "\n");
            }
            if (!page.at("next").exists()) {
                return after;
            }
            after = page.at("next").number();
        }
    }
}

package dev.musher.ops.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Tests of commands that run in this process. */
abstract class CommandCase {

    /** All that the last command printed, errors after the rest. */
    String said = "";

    /** Runs a command on a home; its exit code. */
    final int musher(Path of, String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.add("--home");
        all.add(of.toString());
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code =
                Main.execute(
                        new PrintWriter(out, true),
                        new PrintWriter(err, true),
                        all.toArray(String[]::new));
        said = out + err.toString();
        return code;
    }

    /** The object that a command prints with {@code --json}; it must succeed. */
    final Json json(Path of, String... args) throws IOException {
        List<String> all = new ArrayList<>(List.of(args));
        all.add("--json");
        assertEquals(0, musher(of, all.toArray(String[]::new)), said);
        List<String> lines = said.strip().lines().toList();
        return Json.read(lines.get(lines.size() - 1).getBytes(StandardCharsets.UTF_8));
    }
}

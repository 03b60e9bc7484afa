package dev.musher.ops.cli;

import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a command prints: for people (tables and sentences), for scripts ({@code --quiet}: the bare
 * result), or for programs ({@code --json}: one object, the last line). Not thread safe.
 */
public final class Screen {

    private final PrintWriter out;
    private final Common common;
    private final boolean colour;

    /** Prints to {@code out} as {@code common} says. */
    Screen(PrintWriter out, Common common, boolean colour) {
        this.out = out;
        this.common = common;
        this.colour = colour;
    }

    /** Whether colours are wanted and there is a terminal to show them. */
    static boolean colours(Map<String, String> environment) {
        if (!environment.getOrDefault("NO_COLOR", "").isEmpty()
                || environment.getOrDefault("TERM", "dumb").equals("dumb")) {
            return false;
        }
        Path stdout = Path.of("/proc/self/fd/1");
        if (Files.exists(stdout)) {
            try { // 30 ms less than the JDK's console
                String to = Files.readSymbolicLink(stdout).toString();
                return to.startsWith("/dev/pts/") || to.startsWith("/dev/tty");
            } catch (IOException e) {
                return false; // a closed or foreign stdout is no terminal
            }
        }
        return Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
    }

    /** Whether the object is all that is printed. */
    public boolean json() {
        return common.json;
    }

    /** A sentence for people. */
    public void say(String text) {
        if (!common.json && !common.quiet) {
            out.println(text);
            out.flush();
        }
    }

    /** The bare result: for people and for scripts. */
    public void result(String text) {
        if (!common.json) {
            out.println(text);
            out.flush();
        }
    }

    /** The object for programs. */
    public void object(Json json) {
        if (common.json) {
            out.println(json);
            out.flush();
        }
    }

    /** A table for people and scripts; {@code none} is said to people where it has no row. */
    void table(Table table, String none) {
        if (table.isEmpty()) {
            say(none);
            return;
        }
        List<String> lines = table.lines();
        say(bold(lines.get(0)));
        lines.stream().skip(1).forEach(this::result);
    }

    /** Stronger letters, where there are colours. */
    String bold(String text) {
        return paint("1", text);
    }

    /** For what is wrong. */
    public String red(String text) {
        return paint("31", text);
    }

    /** For what is less important. */
    String dim(String text) {
        return paint("2", text);
    }

    /** Clears a terminal; nothing where there is none. */
    void clear() {
        if (colour && !common.json) {
            out.print("\u001b[H\u001b[2J");
        }
    }

    private String paint(String code, String text) {
        return colour ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}

package dev.musher.ops.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Entry point of the {@code musher} command. */
@Command(
        name = "musher",
        subcommands = Version.class,
        description = "One pipeline on every machine.")
public final class Main {
    private Main() {}

    /**
     * Runs one command and ends the process with its exit code.
     *
     * @param args the words after {@code musher}
     */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }
}

package dev.musher.ops.cli;

import picocli.CommandLine.Option;

/** The option of commands that take no other common one. Filled by picocli. */
final class Helped {

    /** Read by picocli itself. */
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    boolean help;
}

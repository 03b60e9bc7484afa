package dev.musher.ops.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that every command takes. Filled by picocli, then only read. */
final class Common {

    @Option(
            names = "--home",
            paramLabel = "DIR",
            description = "Home of the node (default: MUSHER_HOME, else this repository's).")
    @Nullable Path home;

    @Option(names = "--json", description = "Print one JSON object, as the last line.")
    boolean json;

    @Option(
            names = {"-q", "--quiet"},
            description = "Print the bare result only.")
    boolean quiet;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    boolean help;
}

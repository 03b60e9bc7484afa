package dev.musher.ops.cli;


import picocli.CommandLine.Command;

/** {@code musher demo}. */
@Command(name = "demo", description = "Show three nodes and a gateway at work on real data.")
final class RunDemo extends Action {
    @Override
    int run(Screen screen) {
        return 0;
    }
}

package dev.musher.ops.cli;

import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code musher completion}. */
@Command(
        name = "completion",
        description = "Print completion for bash and zsh; `source <(musher completion)` loads it.")
final class Completion implements Runnable {

    @Spec private CommandSpec spec;

    @Override
    public void run() {
        CommandLine all = Main.commandLine();
        spec.commandLine().getOut().println(AutoComplete.bash("musher", all));
    }
}

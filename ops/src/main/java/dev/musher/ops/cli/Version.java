package dev.musher.ops.cli;

import dev.musher.node.Release;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code musher version}: the release and the commit it was built from. */
@Command(name = "version", description = "Print release and commit.")
final class Version implements Runnable {
    @Spec private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().getOut().println("musher " + Release.current());
    }
}

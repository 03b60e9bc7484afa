package dev.musher.ops.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** One command: its options, then what it does. A refusal is a {@link Failure}. */
public abstract class Action implements Callable<Integer> {

    /** Options that every command takes. */
    @Mixin Common common;

    @Spec CommandSpec spec;

    @Override
    public final Integer call() throws Exception {
        return run(
                new Screen(spec.commandLine().getOut(), common, Screen.colours(System.getenv())));
    }

    /** Does it; answers the exit code. */
    protected abstract int run(Screen screen) throws Exception;

    /** The home this command is about. */
    Homes homes() {
        return Homes.find(common, System.getenv(), Path.of(""));
    }
}

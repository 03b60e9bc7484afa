package dev.musher.ops.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.ColorScheme;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

/**
 * Entry point of the {@code musher} command. Exit codes: 0 ok, 1 failed, 2 usage, 3 not found, 4
 * conflict or claimed, 5 unhealthy.
 */
@Command(
        name = "musher",
        description = "One pipeline of work on every machine, without a server that has to be up.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Of the launcher: musher test, musher install [DIR], musher build.",
            "`musher help COMMAND` tells more of one.",
            "Exit codes: 0 ok, 1 failed, 2 usage, 3 not found, 4 conflict, 5 unhealthy."
        })
public final class Main implements Runnable {

    @picocli.CommandLine.Spec private picocli.CommandLine.Model.CommandSpec spec;

    @Mixin Helped helped;

    private Main() {}

    /**
     * Runs one command and ends the process with its exit code.
     *
     * @param args the words after {@code musher}
     */
    public static void main(String[] args) {
        System.exit(
                execute(
                        new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                        new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                        args));
    }

    /** Runs one command, printing to {@code out} and {@code err}; answers its exit code. */
    static int execute(PrintWriter out, PrintWriter err, String... args) {
        return commandLine(args).setOut(out).setErr(err).execute(args);
    }

    /** The parser: with one command where {@code args} name one, else with all. */
    static CommandLine commandLine(String... args) {
        CommandLine line = new CommandLine(new Main());
        if (args.length > 0 && Commands.find(args[0]).isPresent()) {
            Commands.find(args[0]).ifPresent(e -> line.addSubcommand(e.name(), e.make().get()));
        } else {
            Commands.ALL.forEach(e -> line.addSubcommand(e.name(), e.make().get()));
            line.addSubcommand("help", new CommandLine.HelpCommand());
        }
        boolean colours = Screen.colours(System.getenv());
        ColorScheme colors = CommandLine.Help.defaultColorScheme(colours ? Ansi.ON : Ansi.OFF);
        return line.setColorScheme(colors)
                .setExecutionExceptionHandler(Main::failed)
                .setParameterExceptionHandler(Main::usage)
                .setCaseInsensitiveEnumValuesAllowed(true);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to do");
    }

    private static int usage(ParameterException e, String[] args) {
        CommandLine line = e.getCommandLine();
        String name = line.getCommandSpec().qualifiedName();
        line.getErr().println(name + ": " + e.getMessage());
        if (!CommandLine.UnmatchedArgumentException.printSuggestions(e, line.getErr())) {
            line.getErr().println("usage: " + line.getHelp().synopsis(0).strip());
        }
        line.getErr().println("`" + name + " --help` tells more");
        return Failure.USAGE;
    }

    private static int failed(Exception e, CommandLine line, CommandLine.ParseResult parsed) {
        Failure failure =
                switch (e) {
                    case Failure f -> f;
                    case dev.musher.node.ConfigException c ->
                            new Failure(Failure.USAGE, String.valueOf(c.getMessage()), c);
                    case dev.musher.node.HomeException h ->
                            new Failure(Failure.FAILED, String.valueOf(h.getMessage()), h);
                    case dev.musher.node.store.StoreException s ->
                            new Failure(Failure.FAILED, String.valueOf(s.getMessage()), s);
                    case java.io.IOException io -> new Failure(Failure.FAILED, io.toString(), io);
                    default -> null;
                };
        if (failure == null) {
            line.getErr().println("musher: a fault of this program; please report it with this:");
            e.printStackTrace(line.getErr());
            return Failure.FAILED;
        }
        line.getErr().println("musher: " + failure.getMessage());
        if (line.getCommand() instanceof Action action && action.common.json) {
            Json problem =
                    failure.problem().exists()
                            ? failure.problem()
                            : Json.of(
                                    Map.of(
                                            "code",
                                            "exit_" + failure.exitCode(),
                                            "detail",
                                            String.valueOf(failure.getMessage())));
            line.getOut().println(problem);
        }
        return failure.exitCode();
    }

    /** Words that name no command but are often tried, for tests of the help. */
    static List<String> names() {
        return Commands.ALL.stream().map(Commands.Entry::name).toList();
    }
}

package dev.musher.ops.cli;

import dev.musher.node.NodeMain;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Unmatched;

/** {@code musher node}: the daemon. */
@Command(
        name = "node",
        description = {
            "Run a node until SIGTERM; stdout says when it is ready.",
            "  --home DIR --http HOST:PORT --repo DIR --project NAME --join LINK",
            "  --label NAME --user NAME --peers wss://HOST:PORT,...",
            "  --advertise HOST[:PORT],... --tls-cert FILE --tls-key FILE"
        })
final class RunNode implements Callable<Integer> {

    @Mixin Helped helped;

    /** The node reads its own flags, as it does where no command line is. */
    @Unmatched private final List<String> args = new ArrayList<>();

    @Override
    public Integer call() {
        return NodeMain.run(args, System.out, System.err);
    }
}

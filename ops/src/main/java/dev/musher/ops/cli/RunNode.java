package dev.musher.ops.cli;


import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** {@code musher node}: the daemon. */
@Command(
        name = "node",
        description = "Run a node until SIGTERM: --home DIR --http HOST:PORT --repo DIR --project NAME.")
final class RunNode implements Runnable {

    @Unmatched List<String> args = new ArrayList<>();

    @Override
    public void run() {
        throw new Failure(Failure.FAILED, "no node");
    }
}

package dev.musher.ops.cli;


import java.io.IOException;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code musher join}. */
@Command(
        name = "join",
        description = "Join a project by the link that `invite` printed, starting a node for it.")
final class Join extends Action {

    @Parameters(paramLabel = "LINK", description = "musher://...")
    String link;

    @Override
    protected int run(Screen screen) throws IOException, InterruptedException {
        Homes homes = homes();
        Json done;
        if (homes.run().isPresent()) {
            try (NodeClient node = homes.connect()) {
                done = node.write("POST", "/api/v1/join", Map.of("link", link));
            }
        } else {
            done = Json.of(Up.startNode(homes, "--join", link).ready());
        }
        screen.say("joined; `musher board` shows the project");
        screen.object(done);
        return 0;
    }
}

package dev.musher.ops.cli;

import dev.musher.node.Home;
import java.io.IOException;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code musher join}. */
@Command(
        name = "join",
        description = "Join a project by the link that `invite` printed: makes a node for it.")
final class Join extends Action {

    @Parameters(paramLabel = "LINK", description = "What `musher invite` printed.")
    String link;

    @Override
    protected int run(Screen screen) throws IOException, InterruptedException {
        Homes homes = homes();
        if (homes.run().isPresent() || Home.hasStore(homes.home())) {
            throw new Failure(
                    Failure.CONFLICT,
                    homes.home()
                            + " belongs to a project already, and a home has one: give another with"
                            + " --home DIR, or join in another repository");
        }
        Daemon node = Up.startNode(homes, Map.of("MUSHER_JOIN", link));
        screen.say("node     " + node.http());
        screen.say("joined project " + node.ready().getOrDefault("project", ""));
        screen.say("its history is being fetched: `musher board` shows it");
        screen.object(Json.of(node.ready()));
        return 0;
    }
}

package dev.musher.ops.cli;

import dev.musher.node.Home;
import dev.musher.node.Node;
import dev.musher.node.NodeConfig;
import dev.musher.node.NodeMain;
import java.nio.file.Path;
import java.util.Map;

/**
 * A command that also works while no node runs in its home: it starts one in this process then, and
 * ends it afterwards. For what must be possible when nothing else is left.
 */
abstract class OnHome extends Action {

    @Override
    protected final int run(Screen screen) throws Exception {
        Homes homes = homes();
        if (homes.run().isPresent()) {
            try (NodeClient node = homes.connect()) {
                return run(screen, node);
            }
        }
        Path home = homes.home();
        if (!Home.hasStore(home)) {
            throw new Failure(
                    Failure.NOT_FOUND,
                    home + " holds no project: name the home of a node with --home DIR");
        }
        Map<String, String> flags = Map.of("home", home.toString(), "http", "127.0.0.1:0");
        try (Node own = NodeMain.start(NodeConfig.resolve(flags, System.getenv()));
                NodeClient node = new NodeClient(own.http().toString(), own.token())) {
            int code = run(screen, node);
            screen.say("The node of this home does not run: others hear of it once it does.");
            return code;
        }
    }

    /** Does it; answers the exit code. */
    abstract int run(Screen screen, NodeClient node) throws Exception;
}

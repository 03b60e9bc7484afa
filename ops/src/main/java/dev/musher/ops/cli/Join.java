package dev.musher.ops.cli;

import dev.musher.crdt.change.Malformed;
import dev.musher.node.Home;
import dev.musher.protocol.sync.Invite;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code musher join}. */
@Command(
        name = "join",
        description = "Join a project by the link that `invite` printed: makes a node for it.")
final class Join extends Action {

    private static final long WAIT_NS = 10_000_000_000L;
    private static final long LOOK_MS = 100;

    @Parameters(paramLabel = "LINK", description = "What `musher invite` printed.")
    String link;

    @Override
    protected int run(Screen screen) throws IOException, InterruptedException {
        // An empty one, of a variable that is not set, would have the node found a project.
        try {
            Invite.parse(link);
        } catch (Malformed e) {
            throw new Failure(
                    Failure.USAGE,
                    "this is not what `musher invite` printed: " + e.getMessage(),
                    e);
        }
        Homes homes = homes();
        if (homes.run().isPresent() || Home.hasStore(homes.home())) {
            throw new Failure(
                    Failure.CONFLICT,
                    homes.home()
                            + " belongs to a project already, and a home has one: give another with"
                            + " --home DIR, or join in another repository");
        }
        boolean fresh = !Home.hasDevice(homes.home());
        Daemon node = Up.startNode(homes, Map.of("MUSHER_JOIN", link));
        screen.say("node     " + node.http());
        Map<String, Object> out = new LinkedHashMap<>(node.ready());
        Json health;
        try (NodeClient client = homes.connect()) {
            health = answered(client);
        }
        String refusal = refusal(health);
        if (refusal != null) {
            // What is left of this try would stand in the way of the next one.
            if (Daemon.stop(node.process().toHandle()) && fresh) {
                Home.discard(homes.home());
            }
            throw new Failure(Failure.CONFLICT, refusal);
        }
        String state = health.at("state").text();
        out.put("state", state);
        if (state.equals("joining")) {
            screen.say(
                    "the node that made the link is not reached yet; this one goes on trying for as"
                            + " long as it runs: `musher peers`, `musher doctor`");
        } else {
            screen.say("joined project " + node.ready().getOrDefault("project", ""));
            screen.say("its history is being fetched: `musher board` shows it");
        }
        screen.object(Json.of(out));
        return 0;
    }

    /** Waits some seconds for the word of the node that made the link; the health then. */
    private static Json answered(NodeClient node) throws IOException, InterruptedException {
        for (long end = System.nanoTime() + WAIT_NS; ; Thread.sleep(LOOK_MS)) {
            Json health = node.probe("/api/v1/health");
            if (!health.at("state").text().equals("joining")
                    || refusal(health) != null
                    || System.nanoTime() > end) {
                return health;
            }
        }
    }

    /** Why a node that is joining is not taken in; null where it is, or nobody said so yet. */
    private static @Nullable String refusal(Json health) {
        return health.at("problems").items().stream()
                .filter(problem -> problem.at("code").text().equals("invite_refused"))
                .map(problem -> problem.at("text").text())
                .findFirst()
                .orElse(null);
    }
}

package dev.musher.ops.cli;

import dev.musher.node.HomeRepair;
import dev.musher.node.HomeRestore;
import dev.musher.node.Release;
import dev.musher.node.replica.Published;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code musher doctor}. */
@Command(
        name = "doctor",
        description = "Look whether all is well here, and say what to do where it is not.")
final class Doctor extends Action {

    private static final long FREE_BYTES_MIN = 1L << 30;

    @Option(
            names = "--rebuild",
            description = "Make every derived row anew from the changes; the node must not run.")
    boolean rebuild;

    @Option(
            names = "--repair",
            description = {
                "Of a damaged store, make a sound one of the changes that are beyond doubt, and",
                "keep the damaged one aside; peers give back the rest. The node must not run."
            })
    boolean repair;

    private final Map<String, Object> facts = new LinkedHashMap<>();
    private final List<String> complaints = new ArrayList<>();

    @Override
    protected int run(Screen screen) throws IOException {
        Homes homes = homes();
        if (rebuild && repair) {
            throw new Failure(
                    Failure.USAGE,
                    "--rebuild is for derived rows, --repair for a damaged store: give one");
        }
        return rebuild
                ? rebuild(screen, homes)
                : repair ? repair(screen, homes) : look(screen, homes);
    }

    private static int repair(Screen screen, Homes homes) {
        if (homes.run().isPresent()) {
            throw new Failure(
                    Failure.CONFLICT, "the node runs: end it with `musher down`, then repair");
        }
        Stopped.requireHome(homes.home());
        HomeRepair.Repaired done = HomeRepair.repair(homes.home());
        screen.say(
                done.opened()
                        ? done.kept() + " changes are beyond doubt and kept"
                        : "the damaged store could not be read: nothing of it is kept");
        screen.say("the damaged store is kept in");
        screen.result(done.aside().toString());
        screen.say(
                done.settingsKept()
                        ? "start the node with `musher up`: peers give back what is missing"
                        : "addresses of peers are lost too: start the node with `musher up`, then"
                              + " `musher peer add URL`, so that peers give back what is missing");
        screen.say("what was written here alone since the last sync is in a backup, or nowhere");
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("project", done.project().hex());
        out.put("opened", done.opened());
        out.put("kept", done.kept());
        out.put("settings_kept", done.settingsKept());
        out.put("aside", done.aside().toString());
        screen.object(Json.of(out));
        return 0;
    }

    private static int rebuild(Screen screen, Homes homes) {
        if (homes.run().isPresent()) {
            throw new Failure(
                    Failure.CONFLICT, "the node runs: end it with `musher down`, then rebuild");
        }
        Stopped.requireHome(homes.home());
        Published now = HomeRestore.rebuild(homes.home());
        screen.say(now.items().size() + " items of " + now.changes() + " changes rebuilt; digest");
        screen.result(String.valueOf(now.digest()));
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("digest", String.valueOf(now.digest()));
        out.put("items", now.items().size());
        out.put("changes", now.changes());
        screen.object(Json.of(out));
        return 0;
    }

    private int look(Screen screen, Homes homes) throws IOException {
        Path home = homes.home();
        facts.put("version", Release.current().toString());
        facts.put("java", Runtime.version().toString());
        facts.put("home", home.toString());
        if (!Files.isDirectory(home)) {
            complaints.add("there is no home yet: `musher up` makes one");
        } else {
            disk(home);
            Optional<Homes.Run> run = homes.run();
            if (run.isPresent()) {
                facts.put("node", run.get().http());
                node(home, run.get());
            } else {
                complaints.add("the node does not run: start it with `musher up`");
            }
        }
        facts.forEach((name, value) -> screen.say(name + "  " + value));
        complaints.forEach(c -> screen.result(screen.red("! ") + c));
        if (complaints.isEmpty()) {
            screen.say("all is well");
        }
        Map<String, Object> out = new LinkedHashMap<>(facts);
        out.put("problems", complaints);
        screen.object(Json.of(out));
        return complaints.isEmpty() ? 0 : Failure.UNHEALTHY;
    }

    private void disk(Path home) throws IOException {
        long free = Files.getFileStore(home).getUsableSpace();
        facts.put("free disk", free / (1 << 20) + " MiB");
        if (free < FREE_BYTES_MIN) {
            complaints.add("less than 1 GiB is free: a full disk makes the node read-only");
        }
        if (Files.exists(home.resolve("recovery.key"))) {
            complaints.add(
                    home.resolve("recovery.key")
                            + " is still on this machine, where a thief finds it: move it to a safe"
                            + " place");
        }
    }

    private void node(Path home, Homes.Run run) throws IOException {
        try (NodeClient client = Homes.connect(home, run)) {
            String state = client.probe("/readyz").at("state").text();
            facts.put("state", state);
            if (!state.equals("ready")) {
                complaints.add("the node is " + state + ": see " + home.resolve("logs"));
            }
            complaints.addAll(client.problems());
            Json digest = client.get("/api/v1/digest");
            facts.put("items", digest.at("items").number());
            facts.put("changes", digest.at("changes").number());
            facts.put("digest", digest.at("digest").text("not known at the moment"));
            for (Json peer : client.get(Peers.PATH).at("peers").items()) {
                String detail = peer.at("detail").text();
                if (peer.at("state").text().equals("waiting") && !detail.isEmpty()) {
                    complaints.add("peer " + peer.at("address").text() + ": " + detail);
                }
            }
            for (Json member : client.get("/api/v1/members").at("members").items()) {
                if (member.at("clock_ahead_ms").number() > 0) {
                    complaints.add(
                            "the clock of "
                                    + member.at("label").text(member.at("short").text())
                                    + " was ahead by "
                                    + member.at("clock_ahead_ms").number() / 1000
                                    + " s: set it");
                }
            }
        }
    }
}

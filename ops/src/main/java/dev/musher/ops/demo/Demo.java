package dev.musher.ops.demo;

import dev.musher.ops.cli.Failure;
import dev.musher.ops.cli.Import;
import dev.musher.ops.cli.Json;
import dev.musher.ops.cli.NodeClient;
import dev.musher.ops.imports.Importer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The whole demonstration, in its order: three nodes, an import, half of the events, a cut, work
 * and contradicting edits on both sides, the healing, the rest. Not thread safe.
 */
public final class Demo implements AutoCloseable {

    private static final int NODES = 3;

    /** Items that both sides of the cut edit. */
    private static final int CONTRADICTED = 24;

    /** The events are cut in three: before, during and after the cut. */
    private static final int PARTS = 3;

    private static final String ITEMS = "/api/v1/items";
    private static final int PAGE = 500;

    private final Path folder;
    private final int eventsMax;
    private final Consumer<String> say;
    private final Mesh mesh = new Mesh();
    private final List<String> complaints = new ArrayList<>();
    private final long beganNs = System.nanoTime();

    /**
     * In an empty folder.
     *
     * @param eventsMax plays at most so many events
     * @param say takes what people are told meanwhile
     */
    public Demo(Path folder, int eventsMax, Consumer<String> say) {
        this.folder = folder;
        this.eventsMax = eventsMax;
        this.say = say;
    }

    /** Plays it. The nodes are left running until {@link #close}. */
    Result play() throws IOException, InterruptedException {
        Path scratch = Files.createDirectories(folder.resolve("data"));
        DemoData data = DemoData.read(scratch, eventsMax);
        start();
        Map<String, String> ids = load(data);
        Replay replay = new Replay(mesh.nodes(), ids);
        int part = data.events().size() / PARTS;
        Sight whole = sight(data, ids, Map.of());
        say.accept("first third of " + data.events().size() + " events");
        replay.play(data.events().subList(0, part), node -> whole);
        agreed("the first third");

        DemoNode away = mesh.nodes().get(NODES - 1);
        say.accept("cutting " + away.name() + " off; work goes on at both sides");
        mesh.cut(away);
        Sight side = whole.copy();
        replay.play(
                data.events().subList(part, 2 * part), node -> node == NODES - 1 ? side : whole);
        contradict(data, ids);

        say.accept("healing");
        double before = bytes(away);
        mesh.heal(away);
        agreed("the healing");
        long healBytes = Math.round(bytes(away) - before);
        double healRoundTrips = mesh.legs(away) / 2.0;

        Sight merged = sight(data, ids, bodies(whole, ids));
        say.accept("last third");
        replay.play(data.events().subList(2 * part, data.events().size()), node -> merged);
        agreed("the last third");
        return result(data, replay, healBytes, healRoundTrips);
    }

    /** Where to look at it: a link that signs one browser in, once. */
    String link() {
        return mesh.gateway().map(DemoGateway::link).orElseThrow();
    }

    /** Ends all processes and verifies that they are gone. */
    @Override
    public void close() {
        mesh.gateway().ifPresent(DemoGateway::close);
        List<DemoNode> nodes = new ArrayList<>(mesh.nodes());
        java.util.Collections.reverse(nodes);
        nodes.forEach(DemoNode::close);
    }

    private void start() throws IOException, InterruptedException {
        say.accept("starting " + NODES + " nodes and a gateway");
        List<String> node = List.of("node", "--http", "127.0.0.1:0");
        DemoNode first =
                DemoNode.start(
                        "node-1",
                        folder.resolve("node-1"),
                        node,
                        Map.of("MUSHER_PROJECT", "gastown", "MUSHER_LABEL", "node-1"));
        mesh.add(first);
        for (int n = 2; n <= NODES; n++) {
            String name = "node-" + n;
            Map<String, String> settings =
                    Map.of("MUSHER_JOIN", first.invite(name), "MUSHER_LABEL", name);
            mesh.add(DemoNode.start(name, folder.resolve(name), node, settings));
        }
        mesh.add(DemoGateway.start(folder.resolve("gateway"), first));
    }

    private Map<String, String> load(DemoData data) throws IOException, InterruptedException {
        say.accept("importing " + data.items().items().size() + " issues to node-1");
        try (NodeClient client = mesh.nodes().get(0).client()) {
            Importer.Report report =
                    Importer.run(
                            data.items(), Import.target(client, "/api/v1/batch", "demo-import"));
            report.lost().lines().forEach(l -> say.accept("  not kept as it was: " + l));
            report.lost()
                    .counts()
                    .forEach((reason, count) -> {
                        if (reason.startsWith("refused_")) {
                            complaints.add(count + " of the import " + reason);
                        }
                    });
            agreed("the import");
            return report.ids();
        }
    }

    /** What a node shows of the issues, all of which have to be there. */
    private Sight sight(DemoData data, Map<String, String> ids, Map<String, String> bodies) {
        Map<String, Json> cards = new HashMap<>();
        String cursor = "";
        do {
            String from = cursor.isEmpty() ? "" : "&cursor=" + NodeClient.escape(cursor);
            Json page = mesh.nodes().get(0).get(ITEMS + "?limit=" + PAGE + from);
            page.at("items").items().forEach(i -> cards.put(i.at("id").text(), i));
            cursor = page.at("next").text();
        } while (!cursor.isEmpty());
        Sight out = new Sight();
        data.items()
                .items()
                .forEach(item -> {
                    Json card = cards.get(ids.get(item.sourceId()));
                    if (card == null) {
                        complaints.add(item.sourceId() + " was imported and is not there");
                        return;
                    }
                    Sight.Seen seen = out.of(item.sourceId());
                    seen.stage = card.at("stage").text();
                    seen.assignee = card.at("assignee").text();
                    seen.body = bodies.getOrDefault(item.sourceId(), item.body());
                    card.at("labels").items().forEach(l -> seen.labels.add(l.text()));
                });
        return out;
    }

    private static Map<String, String> bodies(Sight sight, Map<String, String> ids) {
        Map<String, String> out = new HashMap<>();
        ids.keySet().forEach(issue -> out.put(issue, sight.of(issue).body));
        return out;
    }

    /** Both sides edit the same items, without knowing of each other. */
    private void contradict(DemoData data, Map<String, String> ids) {
        List<Json> here = new ArrayList<>();
        List<Json> there = new ArrayList<>();
        data.items().items().stream()
                .limit(CONTRADICTED)
                .forEach(item -> {
                    String ref = ids.getOrDefault(item.sourceId(), "");
                    here.add(edit(ref, 1, "ada"));
                    there.add(edit(ref, 3, "ben"));
                });
        for (Json answer : mesh.nodes().get(0).batch(here, "here")) {
            expectDone(answer);
        }
        for (Json answer : mesh.nodes().get(NODES - 1).batch(there, "there")) {
            expectDone(answer);
        }
    }

    private static Json edit(String ref, int priority, String assignee) {
        return Json.of(
                Map.of("op", "edit", "ref", ref, "priority", priority, "assignee", assignee));
    }

    private void expectDone(Json answer) {
        if (answer.at("status").number() >= 400) {
            complaints.add("an edit during the cut was refused: " + answer.at("detail").text());
        }
    }

    private void agreed(String after) {
        if (!mesh.agree()) {
            throw new Failure(
                    Failure.FAILED,
                    "the nodes did not agree within a minute after "
                            + after
                            + ": "
                            + mesh.digests());
        }
    }

    private static double bytes(DemoNode node) {
        return node.metrics().entrySet().stream()
                .filter(e -> e.getKey().startsWith("musher_peer_bytes"))
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }

    private Result result(DemoData data, Replay replay, long healBytes, double healRoundTrips) {
        DemoNode first = mesh.nodes().get(0);
        Json digest = first.get("/api/v1/digest");
        long conflicts = 0;
        for (Json column : first.get("/api/v1/board").at("columns").items()) {
            for (Json item : column.at("items").items()) {
                conflicts += item.at("conflicts").items().size();
            }
        }
        int skipped = replay.skipped().values().stream().mapToInt(i -> i).sum();
        if (replay.changes() + skipped != data.events().size()) {
            complaints.add(
                    replay.changes()
                            + skipped
                            + " of "
                            + data.events().size()
                            + " events accounted");
        }
        replay.refusals().forEach((reason, text) -> complaints.add(reason + ": " + text));
        if (conflicts == 0) {
            complaints.add("the contradicting edits made no conflict");
        }
        return new Result(
                NODES,
                digest.at("items").number(),
                digest.at("changes").number(),
                replay.changes(),
                replay.skipped(),
                mesh.digests(),
                mesh.agree(),
                conflicts,
                first.get("/api/v1/void").at("count").number(),
                healBytes,
                healRoundTrips,
                Math.round((System.nanoTime() - beganNs) / 1e8) / 10.0,
                complaints);
    }
}

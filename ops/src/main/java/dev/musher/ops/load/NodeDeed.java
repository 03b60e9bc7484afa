package dev.musher.ops.load;

import dev.musher.node.Node;
import dev.musher.ops.cli.Failure;
import dev.musher.ops.cli.NodeClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** A node is started, asked for something, and ended. */
final class NodeDeed implements Deed {

    /** What there is before; further settings of the node. */
    @FunctionalInterface
    interface Before {
        Map<String, String> make(Path folder) throws IOException;
    }

    /** Asks for it. */
    @FunctionalInterface
    interface Request {
        void to(NodeClient node);
    }

    /** Says what is wrong with a running node. */
    @FunctionalInterface
    interface Look {
        List<String> wrong(Node node, NodeClient client) throws InterruptedException;
    }

    private final String name;
    private final Before before;
    private final Request request;
    private final Look half;
    private final Look whole;
    private final long readySMax;
    private Map<String, String> settings = Map.of();

    /**
     * @param half looks at the node that is started next
     * @param whole looks at it when it was asked again
     */
    NodeDeed(String name, Before before, Request request, Look half, Look whole, long readySMax) {
        this.name = name;
        this.before = before;
        this.request = request;
        this.half = half;
        this.whole = whole;
        this.readySMax = readySMax;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void prepare(Path folder) throws IOException {
        settings = before.make(folder);
    }

    @Override
    public void act(Path folder, Map<String, String> environment)
            throws IOException, InterruptedException {
        Victim node = new Victim(folder, Objects.requireNonNull(folder.getParent()), readySMax);
        Map<String, String> all = new HashMap<>(environment);
        settings.forEach((key, value) -> all.put("MUSHER_" + key.toUpperCase(Locale.ROOT), value));
        node.with(all);
        try {
            node.start();
        } catch (Failure killed) {
            return;
        }
        try (NodeClient client = node.client()) {
            request.to(client);
        } catch (Failure killed) {
            node.kill();
            return;
        }
        node.stop();
    }

    @Override
    public List<String> again(Path folder) throws IOException, InterruptedException {
        List<String> wrong = new ArrayList<>();
        try (Node node = TwoNodes.start(folder.resolve("home"), settings)) {
            TwoNodes.untilSettled(node);
            try (NodeClient client = client(node)) {
                wrong.addAll(half.wrong(node, client));
                request.to(client);
            }
            TwoNodes.untilSettled(node);
            // With the token of now: a rotation makes it anew.
            try (NodeClient client = client(node)) {
                wrong.addAll(whole.wrong(node, client));
            }
        }
        wrong.addAll(Deeds.well(folder.resolve("home")));
        return wrong;
    }

    private static NodeClient client(Node node) {
        return new NodeClient(node.http().toString(), node.token());
    }
}

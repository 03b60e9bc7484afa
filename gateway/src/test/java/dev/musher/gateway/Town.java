package dev.musher.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import dev.musher.node.Node;
import dev.musher.node.NodeConfig;
import dev.musher.node.NodeMain;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Nodes and a gateway in this process, each with a home below one folder. */
final class Town implements AutoCloseable {

    private final Path folder;
    private final List<AutoCloseable> open = new ArrayList<>();
    private Gateway gateway;
    private Caller caller;

    Town(Path folder) {
        this.folder = folder;
        this.gateway = GatewayMain.start(config());
        this.caller = new Caller(gateway.http(), gateway.token());
    }

    /** A node that founds, or that joins by {@code --join}. */
    Node node(String name, String... more) {
        Map<String, String> flags = new HashMap<>();
        flags.put("home", folder.resolve(name).toString());
        flags.put("http", "127.0.0.1:0");
        flags.put("project", name);
        flags.put("label", name);
        flags.put("user", "ann");
        for (int i = 0; i < more.length; i += 2) {
            flags.put(more[i], more[i + 1]);
        }
        Node node = NodeMain.start(NodeConfig.resolve(flags, Map.of()));
        open.add(node);
        return node;
    }

    Caller caller(Node node) {
        Caller caller = new Caller(node.http(), node.token());
        open.add(caller);
        return caller;
    }

    Caller gateway() {
        return caller;
    }

    Gateway running() {
        return gateway;
    }

    static String invite(Caller node, String role) throws IOException, InterruptedException {
        return node.json(201, "POST", "/api/v1/invites", "{\"role\":\"" + role + "\"}")
                .path("link")
                .asText();
    }

    /** Lets the gateway into a node's project; answers the path of the project. */
    String join(Caller node, String role) throws IOException, InterruptedException {
        JsonNode project =
                caller.json(
                        201,
                        "POST",
                        "/api/v1/projects",
                        "{\"link\":\"" + invite(node, role) + "\"}");
        return "/api/v1/projects/" + project.path("id").asText();
    }

    /** Ends the gateway and starts it again over the same home. */
    void restart() {
        caller.close();
        gateway.close();
        gateway = GatewayMain.start(config());
        caller = new Caller(gateway.http(), gateway.token());
    }

    private GatewayConfig config() {
        return GatewayConfig.resolve(
                Map.of(
                        "home",
                        folder.resolve("gateway").toString(),
                        "label",
                        "gateway-1",
                        "user",
                        "alice"),
                Map.of());
    }

    @Override
    public void close() throws Exception {
        caller.close();
        gateway.close();
        for (AutoCloseable one : open.reversed()) {
            one.close();
        }
    }
}

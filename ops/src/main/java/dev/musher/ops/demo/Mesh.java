package dev.musher.ops.demo;

import dev.musher.ops.cli.Failure;
import dev.musher.ops.cli.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The nodes of the demonstration and the links between them. One thread. */
final class Mesh {

    private static final String PEERS = "/api/v1/peers";
    private static final String OFFLINE = "/api/v1/offline";
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long STEP_NS = TimeUnit.MILLISECONDS.toNanos(10);

    private final List<DemoNode> nodes = new ArrayList<>();
    private @Nullable DemoGateway gateway;

    /** The nodes, in their order. */
    List<DemoNode> nodes() {
        return List.copyOf(nodes);
    }

    /** Takes the gateway in. */
    void add(DemoGateway taken) {
        gateway = taken;
    }

    /** The gateway; there is one once it was taken in. */
    Optional<DemoGateway> gateway() {
        return Optional.ofNullable(gateway);
    }

    /** Takes a node in. */
    void add(DemoNode node) {
        nodes.add(node);
    }

    /** Takes a node off the mesh; everybody goes on working. */
    void cut(DemoNode away) {
        away.write("POST", OFFLINE, Map.of("offline", true));
        until(() -> !linked(away), away.name() + " is still linked");
    }

    /** Lets it back. */
    void heal(DemoNode away) {
        away.write("POST", OFFLINE, Map.of("offline", false));
    }

    /** Most legs of an exchange of heads on one link of a node; two are a round trip. */
    long legs(DemoNode node) {
        return node.get(PEERS).at("peers").items().stream()
                .mapToLong(p -> p.at("legs").number())
                .max()
                .orElse(0);
    }

    /** The digest of each node and of the gateway, by name; empty while one has none. */
    SortedMap<String, String> digests() {
        SortedMap<String, String> out = new TreeMap<>();
        for (DemoNode node : nodes) {
            out.put(node.name(), node.get("/api/v1/digest").at("digest").text());
        }
        if (gateway != null) {
            out.put("gateway", gateway.digest());
        }
        return out;
    }

    /** Waits until all have the same digest, or a minute; answers whether they have. */
    boolean agree() {
        return reached(() -> {
            SortedMap<String, String> digests = digests();
            return digests.values().stream().distinct().count() == 1 && !digests.containsValue("");
        });
    }

    private boolean linked(DemoNode node) {
        for (Json peer : node.get(PEERS).at("peers").items()) {
            String state = peer.at("state").text();
            if (state.equals("syncing") || state.equals("in_sync")) {
                return true;
            }
        }
        return false;
    }

    private static void until(BooleanSupplier condition, String otherwise) {
        if (!reached(condition)) {
            throw new Failure(Failure.UNHEALTHY, otherwise + " after 60 s");
        }
    }

    private static boolean reached(BooleanSupplier condition) {
        long began = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - began > PATIENCE_NS) {
                return false;
            }
            LockSupport.parkNanos(STEP_NS); // between two questions, not instead of one
        }
        return true;
    }
}

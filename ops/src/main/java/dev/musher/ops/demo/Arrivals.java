package dev.musher.ops.demo;

import dev.musher.ops.cli.Failure;
import dev.musher.ops.cli.Json;
import dev.musher.ops.cli.NodeClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Which changes have become part of a node's history, learned from its stream of events: so who
 * goes on with work of another node waits for exactly that work, and for no time that somebody
 * guessed. Thread safe.
 */
final class Arrivals implements AutoCloseable {

    private static final long WAIT_S = 60;

    private final Map<String, CompletableFuture<Boolean>> changes = new ConcurrentHashMap<>();
    private final NodeClient client;
    private final Thread reader;
    private volatile boolean closed;

    /** Follows a node from {@code cursor} on. */
    Arrivals(NodeClient client, String cursor) {
        this.client = client;
        this.reader = Thread.ofVirtual().name("arrivals").start(() -> follow(cursor));
    }

    /** Waits until the node has a change. */
    void await(String change) throws InterruptedException {
        try {
            of(change).get(WAIT_S, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new Failure(
                    Failure.UNHEALTHY,
                    "change " + change + " did not reach " + client.url() + " in " + WAIT_S + " s",
                    e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("an arrival fails in no way", e);
        }
    }

    @Override
    public void close() {
        closed = true;
        reader.interrupt();
        client.close();
    }

    private CompletableFuture<Boolean> of(String change) {
        return changes.computeIfAbsent(change, c -> new CompletableFuture<>());
    }

    private void follow(String from) {
        String cursor = from;
        while (!closed) {
            try {
                String last =
                        client.events(
                                "/api/v1/events?since=" + NodeClient.escape(cursor),
                                (id, name, data) -> arrived(data));
                cursor = last.isEmpty() ? cursor : last;
            } catch (Failure e) {
                if (closed || e.exitCode() != Failure.UNHEALTHY) {
                    return; // waiters name the change that they miss
                }
            }
        }
    }

    private boolean arrived(String data) {
        try {
            of(Json.read(data.getBytes(StandardCharsets.UTF_8)).at("change").text()).complete(true);
            return !closed;
        } catch (IOException e) {
            throw new Failure(Failure.FAILED, "an event is not JSON: " + data, e);
        }
    }
}

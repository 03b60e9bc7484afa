package dev.musher.ops.load;

import dev.musher.ops.cli.Failure;
import dev.musher.ops.cli.Json;
import dev.musher.ops.cli.NodeClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Writers who go on when they are refused, and keep what they were told: for a disk that is full at
 * times. What is acknowledged and refused is counted from any thread.
 */
final class Writers implements AutoCloseable {

    private static final String FULL = "disk_full";

    private final List<Thread> threads = new ArrayList<>();
    private final List<NodeClient> clients = new ArrayList<>();
    private final Map<String, String> acknowledged = new TreeMap<>();
    private final List<String> others = new ArrayList<>();
    private long refused;
    private long longestMs;
    private long longestRefusalMs;
    private volatile boolean closing;

    /** Lets some begin. */
    Writers(Victim node, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            NodeClient client = node.client();
            String name = "soak.h1.w" + i;
            clients.add(client);
            threads.add(Thread.ofPlatform().name(name).start(() -> write(client, name)));
        }
    }

    private void write(NodeClient client, String name) {
        Map<String, ?> origin = Map.of("kind", "test", "id", "soak");
        for (int n = 1; !closing; n++) {
            String key = name + ".n" + n + ";";
            Map<String, ?> body = Map.of("type", "story", "name", key, "origin", origin);
            long beganNs = System.nanoTime();
            try {
                byte[] answer =
                        client.write(
                                "POST",
                                "/api/v1/items",
                                "application/json",
                                Json.of(body).bytes(),
                                key);
                acknowledged(key, Json.read(answer).at("change").text(), ms(beganNs));
            } catch (Failure e) {
                refused(e, ms(beganNs));
            } catch (IOException e) {
                refused(new Failure(Failure.FAILED, "an answer that is not JSON", e), 0);
            }
            // Ten a second each: the disk is to be filled by another.
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }
    }

    private static long ms(long beganNs) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beganNs);
    }

    private synchronized void acknowledged(String key, String change, long tookMs) {
        acknowledged.put(key, change);
        longestMs = Math.max(longestMs, tookMs);
    }

    private synchronized void refused(Failure failure, long tookMs) {
        if (failure.code().equals(FULL)) {
            refused++;
            longestRefusalMs = Math.max(longestRefusalMs, tookMs);
        } else {
            others.add(String.valueOf(failure.getMessage()));
        }
    }

    /** What was acknowledged, with the change it is in. */
    synchronized Map<String, String> acknowledged() {
        return Map.copyOf(acknowledged);
    }

    /** How many requests were acknowledged. */
    synchronized int count() {
        return acknowledged.size();
    }

    /** How many were refused since the disk is full. */
    synchronized long refused() {
        return refused;
    }

    /** The longest that a request took that was done. */
    synchronized long longestMs() {
        return longestMs;
    }

    /** The longest that a refusal took. */
    synchronized long longestRefusalMs() {
        return longestRefusalMs;
    }

    /** What else was answered. */
    synchronized List<String> others() {
        return List.copyOf(others);
    }

    @Override
    public void close() {
        closing = true;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
        clients.forEach(NodeClient::close);
    }
}

package dev.musher.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** Calls a node or a gateway with the token of its home. */
final class Caller implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(30);

    private final HttpClient client = HttpClient.newHttpClient();
    private final URI base;
    private final String token;

    Caller(URI base, String token) {
        this.base = base;
        this.token = token;
    }

    URI uri(String path) {
        return URI.create(base + path);
    }

    HttpResponse<String> send(String method, String path, String body)
            throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(uri(path))
                        .header("Authorization", "Bearer " + token)
                        .header("Content-Type", "application/json")
                        .method(
                                method,
                                body.isEmpty()
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(body))
                        .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    }

    /** The JSON of an answer that must have this status. */
    JsonNode json(int status, String method, String path, String body)
            throws IOException, InterruptedException {
        HttpResponse<String> response = send(method, path, body);
        if (response.statusCode() != status) {
            throw new AssertionError(
                    method + " " + path + ": " + response.statusCode() + " " + response.body());
        }
        return JSON.readTree(response.body());
    }

    /**
     * All that a stream says until it ends; when this returns it has begun.
     *
     * @param begun in a line by which the stream has begun
     */
    CompletableFuture<String> later(String path, String begun) throws Exception {
        CompletableFuture<Boolean> first = new CompletableFuture<>();
        HttpRequest request =
                HttpRequest.newBuilder(uri(path))
                        .header("Authorization", "Bearer " + token)
                        .build();
        StringBuilder all = new StringBuilder();
        CompletableFuture<String> whole =
                client.sendAsync(
                                request,
                                HttpResponse.BodyHandlers.fromLineSubscriber(
                                        new Lines(all, begun, first), lines -> all, "\n"))
                        .thenApply(response -> response.body().toString());
        first.get(PATIENCE_NS, TimeUnit.NANOSECONDS);
        return whole;
    }

    /** Gathers the lines of a stream. */
    private record Lines(StringBuilder all, String begun, CompletableFuture<Boolean> first)
            implements Flow.Subscriber<String> {

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(String line) {
            all.append(line).append('\n');
            if (line.contains(begun)) {
                first.complete(true);
            }
        }

        @Override
        public void onError(Throwable fault) {
            first.completeExceptionally(fault);
        }

        @Override
        public void onComplete() {
            first.completeExceptionally(new IllegalStateException("the stream ended"));
        }
    }

    JsonNode get(String path) throws IOException, InterruptedException {
        return json(200, "GET", path, "");
    }

    /** Makes a bug; answers its id. */
    String create(String prefix, String name) throws IOException, InterruptedException {
        String body =
                JSON.createObjectNode()
                        .put("type", "bug")
                        .put("name", name)
                        .set("origin", JSON.createObjectNode().put("kind", "test").put("id", "t"))
                        .toString();
        return json(201, "POST", prefix + "/items", body).path("id").asText();
    }

    /** Asks until the answer is as wanted; fails after half a minute with the last answer. */
    JsonNode until(String path, Predicate<JsonNode> wanted)
            throws IOException, InterruptedException {
        long began = System.nanoTime();
        JsonNode answer = get(path);
        while (!wanted.test(answer)) {
            if (System.nanoTime() - began > PATIENCE_NS) {
                throw new AssertionError(path + " stays " + answer);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20)); // between two questions
            answer = get(path);
        }
        return answer;
    }

    /** An object with one text. */
    static String text(String name, String value) {
        return JSON.createObjectNode().put(name, value).toString();
    }

    static JsonNode parse(String json) throws IOException {
        return JSON.readTree(json);
    }

    @Override
    public void close() {
        client.close();
    }
}

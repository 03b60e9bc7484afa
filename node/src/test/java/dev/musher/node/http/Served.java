package dev.musher.node.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.musher.crdt.change.Actor;
import dev.musher.node.web.Feed;
import dev.musher.node.web.Tokens;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server on a free port over a {@link FakeBackend}, and ways to talk to it. */
final class Served implements AutoCloseable {

    static final String TOKEN = "the-token-of-the-home-0123456789abcdef";
    static final String AGENT_TOKEN = "the-token-of-an-agent-0123456789abcdef";

    private static final ObjectMapper JSON = new ObjectMapper();

    final FakeBackend backend = new FakeBackend();
    final NodeHttp http;
    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = HttpClient.newHttpClient();

    Served() throws Exception {
        this(Feed.Limits.DEFAULT);
    }

    Served(Feed.Limits limits) throws Exception {
        Tokens tokens =
                Tokens.of(TOKEN, new Actor.User("ann"))
                        .and(AGENT_TOKEN, new Actor.Agent("coder-1", null));
        http =
                NodeHttp.start(
                                vertx,
                                new NodeHttp.Address("127.0.0.1", 0, List.of("musher.test")),
                                tokens,
                                backend,
                                null,
                                () -> 1_700_000_000_000L,
                                limits)
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get(20, TimeUnit.SECONDS);
    }

    /** A request with the token and JSON. */
    HttpRequest.Builder request(String method, String path, String body) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http.port() + path))
                .header("Authorization", "Bearer " + TOKEN)
                .header("Content-Type", "application/json")
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
    }

    HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return client.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    }

    HttpResponse<String> send(String method, String path, String body)
            throws IOException, InterruptedException {
        return send(request(method, path, body).build());
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

    /** Makes an item. */
    JsonNode create(String name) throws IOException, InterruptedException {
        return json(
                201,
                "POST",
                "/api/v1/items",
                "{\"type\":\"bug\",\"name\":\""
                        + name
                        + "\",\"origin\":{\"kind\":\"test\",\"id\":\"t\"}}");
    }

    static JsonNode parse(String json) throws IOException {
        return JSON.readTree(json);
    }

    @Override
    public void close() throws Exception {
        http.stop().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        client.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
}

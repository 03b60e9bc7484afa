package dev.musher.node.web;

import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.Malformed;
import dev.musher.node.store.StoreClosedException;
import dev.musher.protocol.json.Code;
import dev.musher.protocol.json.Outcome;
import dev.musher.protocol.json.ProblemView;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request and its answer. Confined to the event loop of its connection. */
public final class Exchange {

    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);
    private static final int KEY_CHARS = 200;
    private static final byte[] EMPTY = new byte[0];

    private final Vertx vertx;
    private final HttpServerRequest request;
    private final Map<String, String> path;
    private final @Nullable Actor actor;
    private byte[] body = EMPTY;

    Exchange(
            Vertx vertx,
            HttpServerRequest request,
            Map<String, String> path,
            @Nullable Actor actor) {
        this.vertx = vertx;
        this.request = request;
        this.path = path;
        this.actor = actor;
    }

    /** The request itself, for streams. */
    public HttpServerRequest request() {
        return request;
    }

    /** The response itself, for streams. */
    public HttpServerResponse response() {
        return request.response();
    }

    /**
     * Who calls; {@link IllegalStateException} where nobody has shown that, see {@link #signedIn}.
     */
    public Actor actor() {
        if (actor == null) {
            throw new IllegalStateException("a caller of an open route need not be known");
        }
        return actor;
    }

    /** Whether the caller has shown who calls: on an open route, by a token. */
    public boolean signedIn() {
        return actor != null;
    }

    /** The value of a name of the route's template. */
    public String path(String name) {
        String value = path.get(name);
        if (value == null) {
            throw new IllegalStateException("the route has no {" + name + "}");
        }
        return value;
    }

    /** A query parameter, or null; {@link Malformed} where the query is not encoded as one. */
    public @Nullable String query(String name) {
        try {
            return request.getParam(name);
        } catch (IllegalArgumentException e) {
            throw new Malformed("the query after `?` is not percent-encoded UTF-8");
        }
    }

    /**
     * A query parameter that is a whole number in {@code min..max}; {@link Malformed} otherwise.
     */
    public long query(String name, long otherwise, long min, long max) {
        String text = query(name);
        if (text == null) {
            return otherwise;
        }
        if (text.length() < 1 || text.length() > 18 || !text.chars().allMatch(Character::isDigit)) {
            throw new Malformed(name + ": expected a whole number in " + min + ".." + max);
        }
        long value = Long.parseLong(text);
        if (value < min || value > max) {
            throw new Malformed(name + ": " + value + " is outside " + min + ".." + max);
        }
        return value;
    }

    /** The body of a route that takes JSON. */
    public byte[] body() {
        return body;
    }

    void body(byte[] bytes) {
        body = bytes;
    }

    /** The Idempotency-Key header, or null; {@link Malformed} where it is empty or too long. */
    public @Nullable String idempotencyKey() {
        String key = request.getHeader("Idempotency-Key");
        if (key != null && (key.isBlank() || key.length() > KEY_CHARS)) {
            throw new Malformed("Idempotency-Key: 1 to " + KEY_CHARS + " characters");
        }
        return key;
    }

    /** Works out the answer on a worker thread, where it may read the disk, then sends it. */
    public void blocking(Callable<Answer> work) {
        later(vertx.executeBlocking(work, false).map(Objects::requireNonNull));
    }

    /** Sends the answer when it is there; a failure becomes a problem and a line in the log. */
    public void later(Future<Answer> answer) {
        answer.onComplete(done -> {
            if (done.succeeded()) {
                answer(done.result());
            } else {
                failed(done.cause());
            }
        });
    }

    /** Sends an answer. */
    public void answer(Answer answer) {
        HttpServerResponse response = request.response();
        if (response.ended() || response.closed()) {
            return;
        }
        switch (answer) {
            case Answer.Json json -> {
                String etag = json.etag() == null ? null : "\"" + json.etag() + "\"";
                if (etag != null) {
                    response.putHeader("ETag", etag);
                    if (etag.equals(request.getHeader("If-None-Match"))) {
                        response.setStatusCode(304).end();
                        return;
                    }
                }
                response.setStatusCode(json.status())
                        .putHeader("Content-Type", "application/json")
                        .end(Buffer.buffer(json.body()));
            }
            case Answer.Text text ->
                    response.putHeader("Content-Type", text.contentType())
                            .end(Buffer.buffer(text.body().getBytes(StandardCharsets.UTF_8)));
            case Answer.Problem problem -> problem(problem.refused());
        }
    }

    /** Sends a refusal. */
    public void problem(Code code, String text) {
        problem(Outcome.Refused.of(code, text));
    }

    /** Sends a refusal. */
    public void problem(Outcome.Refused refused) {
        HttpServerResponse response = request.response();
        if (response.ended() || response.closed()) {
            return;
        }
        response.setStatusCode(refused.code().status())
                .putHeader("Content-Type", "application/problem+json");
        if (refused.code() == Code.UNAUTHENTICATED) {
            response.putHeader("WWW-Authenticate", "Bearer");
        }
        if (refused.code() == Code.TOO_LARGE) {
            // What is left of the body is not read: the connection cannot be used again.
            response.putHeader("Connection", "close");
        }
        response.end(Buffer.buffer(ProblemView.bytes(refused)));
    }

    /** Sends what a failure means to the caller. */
    public void failed(Throwable cause) {
        if (cause instanceof Malformed malformed) {
            problem(Code.INVALID, String.valueOf(malformed.getMessage()));
            return;
        }
        if (cause instanceof StoreClosedException) {
            problem(
                    Code.UNAVAILABLE,
                    "The store is closed: it is stopping or being opened anew. Try again.");
            return;
        }
        LOG.error("{} {} failed", request.method(), request.path(), cause);
        problem(
                Code.INTERNAL,
                "The server failed to answer; its log says why. Nothing is known of a write: try"
                        + " again with the same Idempotency-Key.");
    }
}

package dev.musher.node.http;

import dev.musher.node.replica.NodeHealth;
import dev.musher.node.replica.Published;
import dev.musher.node.web.Answer;
import dev.musher.node.web.Exchange;
import dev.musher.node.web.Route;
import dev.musher.protocol.json.JsonOut;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** Health, version, metrics and the description of the interface. */
final class UpkeepRoutes {

    private final Backend backend;
    private final Metrics metrics;
    private final String openapi;

    UpkeepRoutes(Backend backend, Metrics metrics) {
        this.backend = backend;
        this.metrics = metrics;
        this.openapi = openapi();
    }

    List<Route> routes() {
        return List.of(
                open("/healthz", x -> health(x, state() != NodeHealth.State.FAILED)),
                open("/readyz", x -> health(x, ready())),
                open("/version", x -> x.answer(Answer.json(version(x.signedIn())))),
                open("/openapi.yaml", x -> x.answer(new Answer.Text("application/yaml", openapi))),
                Route.get("/api/v1/health", x -> x.answer(Answer.json(json(true)))),
                Route.get(
                        "/metrics",
                        x ->
                                x.blocking(() ->
                                        new Answer.Text(
                                                "text/plain; version=0.0.4; charset=utf-8",
                                                metrics.text(backend)))));
    }

    private static Route open(String template, Route.Handler handler) {
        return new Route(HttpMethod.GET, template, Route.Access.OPEN, Route.Body.NONE, handler);
    }

    private NodeHealth.State state() {
        return backend.published().health().state();
    }

    private boolean ready() {
        return state() == NodeHealth.State.READY;
    }

    /** State and problems as words: whoever may not sign in learns no more. */
    private void health(Exchange exchange, boolean good) {
        byte[] json = json(false);
        if (!good) {
            exchange.response().setStatusCode(503).putHeader("Content-Type", "application/json");
            exchange.response().end(Buffer.buffer(json));
            return;
        }
        exchange.answer(Answer.json(json));
    }

    private byte[] json(boolean detailed) {
        NodeHealth health = backend.published().health();
        JsonOut out =
                new JsonOut()
                        .object()
                        .member("state", health.state().name().toLowerCase(Locale.ROOT))
                        .name("problems")
                        .array();
        for (NodeHealth.Problem problem : health.problems()) {
            if (detailed) {
                out.object()
                        .member("code", problem.code())
                        .member("text", problem.text())
                        .endObject();
            } else {
                out.value(problem.code());
            }
        }
        return out.endArray().endObject().toBytes();
    }

    /** Project and device for who is signed in alone: strangers must not learn what is here. */
    private byte[] version(boolean whole) {
        JsonOut out =
                new JsonOut()
                        .object()
                        .member("version", backend.build().version())
                        .member("commit", backend.build().commit())
                        .member("role", "node");
        if (whole) {
            Published now = backend.published();
            out.member("project", now.project().hex()).member("device", now.device().hex());
        }
        return out.endObject().toBytes();
    }

    private static String openapi() {
        try (InputStream in = UpkeepRoutes.class.getResourceAsStream("/openapi.yaml")) {
            if (in == null) {
                throw new IllegalStateException("openapi.yaml is not in the jar of node");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("openapi.yaml cannot be read", e);
        }
    }
}

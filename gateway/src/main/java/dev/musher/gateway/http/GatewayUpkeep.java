package dev.musher.gateway.http;

import dev.musher.gateway.view.ProjectView;
import dev.musher.node.Release;
import dev.musher.node.http.Metrics;
import dev.musher.node.replica.NodeHealth;
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
import java.util.function.ToLongFunction;

/** Health, version, metrics and the description of the interface. */
final class GatewayUpkeep {

    private final Projects projects;
    private final Metrics metrics;
    private final String openapi;
    private final Release release;

    GatewayUpkeep(Projects projects, Metrics metrics) {
        this.projects = projects;
        this.metrics = metrics;
        this.openapi = openapi();
        this.release = Release.current();
    }

    List<Route> routes() {
        return List.of(
                open("/healthz", this::health),
                open("/readyz", x -> x.answer(state("ready"))),
                open("/version", x -> x.answer(version())),
                open("/openapi.yaml", x -> x.answer(new Answer.Text("application/yaml", openapi))),
                Route.get("/metrics", x -> x.blocking(this::metrics)));
    }

    private static Route open(String template, Route.Handler handler) {
        return new Route(HttpMethod.GET, template, Route.Access.OPEN, Route.Body.NONE, handler);
    }

    private static Answer.Json state(String word) {
        return new Answer.Json(
                200, new JsonOut().object().member("state", word).endObject().toBytes(), null);
    }

    /**
     * Failed where a store of one project cannot be written: the process should be looked after.
     */
    private void health(Exchange exchange) {
        boolean failed =
                projects.all().stream()
                        .anyMatch(
                                p -> p.view().state().health().state() == NodeHealth.State.FAILED);
        if (failed) {
            exchange.response().setStatusCode(503).putHeader("Content-Type", "application/json");
            exchange.response().end(Buffer.buffer(state("failed").body()));
        } else {
            exchange.answer(state("ready"));
        }
    }

    private Answer version() {
        return Answer.json(
                new JsonOut()
                        .object()
                        .member("version", release.version())
                        .member("commit", release.commit())
                        .member("role", "gateway")
                        .endObject()
                        .toBytes());
    }

    private Answer metrics() {
        StringBuilder out = new StringBuilder(metrics.process());
        List<ProjectView> views = projects.all().stream().map(Projects.Held::view).toList();
        out.append("# TYPE musher_projects gauge\nmusher_projects ")
                .append(views.size())
                .append('\n');
        gauge(out, views, "items", v -> v.state().items().size());
        gauge(out, views, "changes", v -> v.state().changes());
        gauge(out, views, "arrival_sequence", v -> v.state().lastSequence());
        gauge(out, views, "peers_connected", v -> ProjectView.connections(v.state()));
        gauge(out, views, "age_ms", v -> v.freshness().ageMs());
        return new Answer.Text("text/plain; version=0.0.4; charset=utf-8", out.toString());
    }

    private static void gauge(
            StringBuilder out,
            List<ProjectView> views,
            String name,
            ToLongFunction<ProjectView> value) {
        out.append("# TYPE musher_").append(name).append(" gauge\n");
        for (ProjectView view : views) {
            // The id and not the name: a label has to mean the same for ever.
            out.append("musher_")
                    .append(name)
                    .append("{project=\"")
                    .append(view.id())
                    .append("\"} ")
                    .append(value.applyAsLong(view))
                    .append('\n');
        }
    }

    private static String openapi() {
        try (InputStream in =
                GatewayUpkeep.class.getClassLoader().getResourceAsStream("web/openapi.yaml")) {
            if (in == null) {
                throw new IllegalStateException("openapi.yaml is not in the jar of gateway");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("openapi.yaml cannot be read", e);
        }
    }
}

package dev.musher.gateway.http;

import dev.musher.crdt.change.Malformed;
import dev.musher.gateway.view.AllBoard;
import dev.musher.gateway.view.ProjectJson;
import dev.musher.gateway.view.ProjectView;
import dev.musher.node.web.Answer;
import dev.musher.node.web.Exchange;
import dev.musher.node.web.Feed;
import dev.musher.node.web.Route;
import dev.musher.protocol.json.Code;
import dev.musher.protocol.json.JsonIn;
import dev.musher.protocol.json.JsonOut;
import dev.musher.protocol.json.Outcome;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What concerns all projects: their list, their board, their events. On the event loop. */
final class GatewayRoutes {

    private static final int LINK_CHARS = 8 * 1024;
    private static final int Q_CHARS = 300;
    private static final int LIMIT = 100;

    /**
     * Of one project in one column: 20 projects of any size make an answer of some 5 MB at most.
     */
    private static final int BOARD_LIMIT = 100;

    private static final int BOARD_LIMIT_MAX = 10_000;
    private static final int LIMIT_MAX = 1_000;

    private final Vertx vertx;
    private final Projects projects;
    private final AllEvents events;
    private final Feed feed;
    private final AllBoardCache board;

    GatewayRoutes(Vertx vertx, Projects projects, AllEvents events, Feed feed) {
        this.vertx = vertx;
        this.projects = projects;
        this.events = events;
        this.feed = feed;
        this.board = new AllBoardCache(projects, events);
    }

    List<Route> routes() {
        String one = "/api/v1/projects/{project}";
        return List.of(
                Route.get("/api/v1/projects", x -> x.blocking(this::list)),
                Route.json(HttpMethod.POST, "/api/v1/projects", this::add).forPersons(),
                Route.get(one, this::show),
                Route.json(HttpMethod.DELETE, one, this::remove).forPersons(),
                Route.get("/api/v1/board", this::board),
                Route.get("/api/v1/items", this::search),
                Route.get("/api/v1/events", this::stream));
    }

    private List<ProjectView> views() {
        return projects.all().stream().map(Projects.Held::view).toList();
    }

    private void board(Exchange exchange) {
        int limit = (int) exchange.query("limit", BOARD_LIMIT, 1, BOARD_LIMIT_MAX);
        exchange.blocking(() -> board.now(limit));
    }

    private Answer list() {
        return Answer.json(ProjectJson.list(views()));
    }

    private void show(Exchange exchange) {
        Projects.Held project = projects.find(exchange.path("project"));
        if (project == null) {
            Mounts.unknown(exchange);
        } else {
            exchange.blocking(() -> Answer.json(ProjectJson.one(project.view())));
        }
    }

    private void add(Exchange exchange) {
        String link = link(exchange.body());
        exchange.later(
                vertx.executeBlocking(() -> projects.add(link), false)
                        .compose(Future::fromCompletionStage)
                        .map(joining ->
                                switch (joining) {
                                    case Projects.Joining.Done done ->
                                            new Answer.Json(
                                                    done.admitted() ? 201 : 202,
                                                    ProjectJson.one(done.project().view()),
                                                    null);
                                    case Projects.Joining.Unusable not ->
                                            Answer.problem(Code.INVALID, not.text());
                                }));
    }

    private static String link(byte[] body) {
        String[] link = {""};
        JsonIn in = JsonIn.of(body);
        in.object(
                "body",
                name -> {
                    if (!name.equals("link")) {
                        throw new Malformed(name + ": not a member here, which takes link");
                    }
                    link[0] = in.text(name, LINK_CHARS);
                });
        in.end();
        if (link[0].isBlank()) {
            throw new Malformed("link: missing; the line that `musher invite` prints");
        }
        return link[0];
    }

    private void remove(Exchange exchange) {
        String id = exchange.path("project");
        boolean delete = "true".equals(exchange.query("delete"));
        if (projects.find(id) == null) {
            Mounts.unknown(exchange);
            return;
        }
        exchange.blocking(() -> {
            boolean removed = projects.remove(id, delete);
            return Answer.json(
                    new JsonOut()
                            .object()
                            .member("project", id)
                            .member("removed", removed)
                            .member("deleted", delete)
                            .endObject()
                            .toBytes());
        });
    }

    private void search(Exchange exchange) {
        String q = exchange.query("q");
        if (q == null || q.isBlank() || q.length() > Q_CHARS) {
            throw new Malformed("q: 1 to " + Q_CHARS + " characters to look for in all projects");
        }
        int limit = (int) exchange.query("limit", LIMIT, 1, LIMIT_MAX);
        exchange.blocking(() -> Answer.json(AllBoard.search(views(), q, limit)));
    }

    private void stream(Exchange exchange) {
        if (feed.full()) {
            exchange.problem(Code.BUSY, "There are as many event streams as this gateway allows.");
            return;
        }
        // A browser that reconnects by itself repeats the URL and says in the header where it was.
        String last = exchange.request().getHeader("Last-Event-ID");
        @Nullable String cursor = last != null ? last : exchange.query("since");
        feed.open(
                exchange.request(),
                cursor,
                () ->
                        exchange.problem(
                                Outcome.Refused.of(
                                                Code.RESYNC,
                                                "The cursor is not of the projects held here. Read"
                                                        + " the board anew and go on from the"
                                                        + " cursor in it.")
                                        .with("cursor", events.newest())));
    }
}

package dev.musher.gateway.http;

import dev.musher.node.http.EventRoutes;
import dev.musher.node.http.ProjectApi;
import dev.musher.node.web.Exchange;
import dev.musher.node.web.Feed;
import dev.musher.node.web.Route;
import dev.musher.node.web.Routing;
import dev.musher.protocol.json.Code;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The gateway's own routes, and below {@code /api/v1/projects/{project}} those that a node has for
 * its project. Confined to the server's event loop.
 */
final class Mounts implements Routing {

    private static final List<String> PREFIX = List.of("api", "v1");
    private static final List<String> PROJECTS = List.of("api", "v1", "projects");
    private static final List<HttpMethod> METHODS =
            List.of(HttpMethod.GET, HttpMethod.POST, HttpMethod.PATCH, HttpMethod.DELETE);

    private final Vertx vertx;
    private final Projects projects;
    private final List<Route> own;
    private final SortedMap<String, Mount> mounts = new TreeMap<>();

    Mounts(Vertx vertx, Projects projects, List<Route> own) {
        this.vertx = vertx;
        this.projects = projects;
        this.own = List.copyOf(own);
    }

    @Override
    public Mounted at(List<String> segments) {
        int prefix = PROJECTS.size();
        if (segments.size() < prefix + 2 || !segments.subList(0, prefix).equals(PROJECTS)) {
            return new Mounted(own, segments);
        }
        Mount mount = mount(segments.get(prefix));
        if (mount == null) {
            return new Mounted(absent(segments.size()), segments);
        }
        List<String> rest = new ArrayList<>(PREFIX);
        rest.addAll(segments.subList(prefix + 1, segments.size()));
        return new Mounted(mount.routes, rest);
    }

    /** Ends what was opened of projects that are not held any more. */
    void sweep() {
        List.copyOf(mounts.keySet()).forEach(this::mount);
    }

    @SuppressWarnings("ReferenceEquality") // added again, a project is another object
    private @Nullable Mount mount(String id) {
        Projects.Held project = projects.find(id);
        Mount mount = mounts.get(id);
        if (mount != null && mount.project != project) {
            // Removed, or removed and added again: what was opened of it is closed.
            mount.stop();
            mounts.remove(id);
            mount = null;
        }
        if (mount == null && project != null) {
            mount = new Mount(project);
            mounts.put(id, mount);
        }
        return mount;
    }

    /** Routes that match any path so long, to say that the project is not held. */
    private static List<Route> absent(int segments) {
        StringBuilder template = new StringBuilder("/api/v1/projects/{project}");
        for (int i = PROJECTS.size() + 1; i < segments; i++) {
            template.append("/{").append(i).append('}');
        }
        return METHODS.stream()
                .map(method ->
                        new Route(
                                method,
                                template.toString(),
                                Route.Access.SIGNED_IN,
                                Route.Body.NONE,
                                Mounts::unknown))
                .toList();
    }

    /** Says that a project is not held here. */
    static void unknown(Exchange exchange) {
        exchange.problem(
                Code.UNKNOWN_REFERENCE,
                "This gateway holds no project "
                        + exchange.path("project")
                        + "; GET /api/v1/projects lists those it does.");
    }

    /** One project's routes. */
    private final class Mount {
        private final Projects.Held project;
        private final List<Route> routes;
        private @Nullable Feed feed;

        Mount(Projects.Held project) {
            this.project = project;
            List<Route> all = new ArrayList<>(ProjectApi.routes(vertx, project.backend()));
            all.add(Route.get("/api/v1/events", this::events));
            this.routes = List.copyOf(all);
        }

        /** A feed encodes every change, so it is made for the first reader and not before. */
        private void events(Exchange exchange) {
            Feed running = feed;
            if (running == null) {
                running =
                        new Feed(
                                vertx,
                                new EventRoutes.Source(project.backend()),
                                Feed.Limits.DEFAULT);
                feed = running;
            }
            new EventRoutes(project.backend(), running)
                    .routes()
                    .getFirst()
                    .handler()
                    .handle(exchange);
        }

        void stop() {
            if (feed != null) {
                feed.stop();
            }
        }
    }
}

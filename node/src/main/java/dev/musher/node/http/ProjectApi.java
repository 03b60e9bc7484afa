package dev.musher.node.http;

import dev.musher.node.web.Route;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;

/**
 * The routes about one project: a node serves them as they are, a gateway once for each project it
 * holds, below a path of the project. Without those about the process and its home.
 */
public final class ProjectApi {

    private ProjectApi() {}

    /** Board, items, writes, members, peers, digest, void work. Events are {@link EventRoutes}. */
    public static List<Route> routes(Vertx vertx, Backend backend) {
        Routes shared = new Routes(backend);
        List<Route> all = new ArrayList<>();
        all.addAll(new ItemRoutes(shared, vertx).routes());
        all.addAll(new ProjectRoutes(shared).routes());
        all.addAll(new MemberRoutes(shared).routes());
        return List.copyOf(all);
    }
}

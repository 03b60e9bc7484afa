package dev.musher.node.web;

import java.util.Collection;
import java.util.List;

/**
 * Which routes there are below a path. Asked on the server's event loop, once for each request, so
 * that routes can come and go while the server runs.
 */
@FunctionalInterface
public interface Routing {

    /** The routes to try for a path. */
    Mounted at(List<String> segments);

    /**
     * Some routes and the path they see.
     *
     * @param routes those to match
     * @param segments the path without what stands before the place they are mounted at
     */
    record Mounted(List<Route> routes, List<String> segments) {
        /** Copies neither: both are made for this one request or never change. */
        public Mounted {}
    }

    /** Always the same routes. */
    static Routing of(Collection<Route> routes) {
        List<Route> all = List.copyOf(routes);
        return segments -> new Mounted(all, segments);
    }
}

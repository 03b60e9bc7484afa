package dev.musher.gateway.http;

import dev.musher.gateway.view.ProjectJson;
import dev.musher.gateway.view.ProjectView;
import dev.musher.node.http.Metrics;
import dev.musher.node.http.NodeHttp;
import dev.musher.node.tls.TlsIdentity;
import dev.musher.node.web.Feed;
import dev.musher.node.web.HostRule;
import dev.musher.node.web.Route;
import dev.musher.node.web.Sessions;
import dev.musher.node.web.SignIn;
import dev.musher.node.web.Tokens;
import dev.musher.node.web.WebServer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/** The HTTP server of a gateway. Made and stopped from any thread. */
public final class GatewayHttp {

    /** How often it is looked whether a project has become stale or the like, ms. */
    private static final long LOOK_MS = 500;

    /** Every so many looks all states are told anew: who missed one is right again. */
    private static final int LOOKS_TO_REPEAT = 30;

    private final Vertx vertx;
    private final Projects projects;
    private final Feed feed;
    private final Mounts mounts;
    private final List<Route> routes;
    private final WebServer server;
    private final SortedMap<String, String> told = new TreeMap<>();
    private int looks;
    private int port;

    private GatewayHttp(
            Vertx vertx,
            NodeHttp.Address address,
            Tokens tokens,
            Projects projects,
            LongSupplier clockMs) {
        this.vertx = vertx;
        this.projects = projects;
        Metrics metrics = new Metrics();
        AllEvents events = new AllEvents(projects);
        this.feed = new Feed(vertx, events, Feed.Limits.DEFAULT);
        metrics.watch(feed);
        Sessions sessions = new Sessions(clockMs);
        List<Route> own = new ArrayList<>();
        own.addAll(new GatewayRoutes(vertx, projects, events, feed).routes());
        own.addAll(new GatewayUpkeep(projects, metrics).routes());
        own.addAll(new SignIn(sessions, "/").routes());
        own.addAll(Assets.routes());
        this.routes = List.copyOf(own);
        this.mounts = new Mounts(vertx, projects, own);
        this.server =
                new WebServer(
                        vertx,
                        address.tls(),
                        new HostRule(address.names()),
                        tokens,
                        sessions,
                        mounts,
                        null,
                        metrics);
    }

    /**
     * Listens; fails where the port is in use.
     *
     * @param clockMs ms since 1970 UTC
     */
    public static Future<GatewayHttp> start(
            Vertx vertx,
            NodeHttp.Address address,
            Tokens tokens,
            Projects projects,
            LongSupplier clockMs) {
        Promise<GatewayHttp> done = Promise.promise();
        // All of it lives on one event loop: state of the server needs no locks.
        vertx.getOrCreateContext()
                .runOnContext(go -> {
                    GatewayHttp http = new GatewayHttp(vertx, address, tokens, projects, clockMs);
                    http.server
                            .start(address.host(), address.port())
                            .map(http::listening)
                            .onComplete(done);
                });
        return done.future();
    }

    private GatewayHttp listening(int actual) {
        port = actual;
        vertx.setPeriodic(LOOK_MS, look -> look());
        return this;
    }

    /** Shows another certificate from now on. */
    public Future<Boolean> show(TlsIdentity tls) {
        return server.show(tls);
    }

    /** The port it listens on. */
    public int port() {
        return port;
    }

    /** Every route of its own, for the test that compares them with the description. */
    List<Route> routes() {
        return routes;
    }

    /** Stops listening and closes what is open. */
    public Future<Void> stop() {
        feed.stop();
        return server.stop();
    }

    /** Tells those who look on what has changed about projects, apart from their events. */
    private void look() {
        mounts.sweep();
        boolean all = ++looks % LOOKS_TO_REPEAT == 0;
        SortedMap<String, ProjectView> now = new TreeMap<>();
        for (Projects.Held project : projects.all()) {
            ProjectView view = project.view();
            now.put(view.id(), view);
        }
        told.keySet().retainAll(now.keySet());
        now.forEach((id, view) -> {
            String essence = ProjectJson.essence(view);
            if (!essence.equals(told.put(id, essence)) || all) {
                // It counts every item, which is too long for the event loop.
                vertx.executeBlocking(() -> ProjectJson.one(view), false)
                        .map(Objects::requireNonNull)
                        .onSuccess(json -> feed.announce("project", json));
            }
        });
    }
}

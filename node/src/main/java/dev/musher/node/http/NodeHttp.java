package dev.musher.node.http;

import dev.musher.node.tls.TlsIdentity;
import dev.musher.node.web.Feed;
import dev.musher.node.web.HostRule;
import dev.musher.node.web.PeerDoor;
import dev.musher.node.web.Route;
import dev.musher.node.web.Routing;
import dev.musher.node.web.Sessions;
import dev.musher.node.web.SignIn;
import dev.musher.node.web.Tokens;
import dev.musher.node.web.WebServer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The HTTP server of a node. Made and stopped from any thread. */
public final class NodeHttp {

    private final WebServer server;
    private final Runnable stopFeed;
    private final List<Route> routes;
    private final int port;

    private NodeHttp(WebServer server, List<Route> routes, Runnable stopFeed, int port) {
        this.server = server;
        this.routes = routes;
        this.stopFeed = stopFeed;
        this.port = port;
    }

    /**
     * How it listens.
     *
     * @param host an address of this machine
     * @param port 0 for any that is free
     * @param names host names by which callers may know this server, besides the loopback ones
     * @param tls what it shows; null for a server without TLS, on the loopback
     */
    public record Address(String host, int port, List<String> names, @Nullable TlsIdentity tls) {
        /** Copies the list. */
        public Address {
            names = List.copyOf(names);
        }

        /** A server without TLS. */
        public Address(String host, int port, List<String> names) {
            this(host, port, names, null);
        }
    }

    /**
     * Listens; fails where the port is in use.
     *
     * @param peers takes the sockets to {@code /peer}; called on the event loop
     * @param clockMs ms since 1970 UTC
     */
    public static Future<NodeHttp> start(
            Vertx vertx,
            Address address,
            Tokens tokens,
            Backend backend,
            @Nullable PeerDoor peers,
            LongSupplier clockMs) {
        return start(vertx, address, tokens, backend, peers, clockMs, Feed.Limits.DEFAULT);
    }

    static Future<NodeHttp> start(
            Vertx vertx,
            Address address,
            Tokens tokens,
            Backend backend,
            @Nullable PeerDoor peers,
            LongSupplier clockMs,
            Feed.Limits limits) {
        Promise<NodeHttp> done = Promise.promise();
        // All of it lives on one event loop: state of the server needs no locks.
        vertx.getOrCreateContext()
                .runOnContext(go -> {
                    Metrics metrics = new Metrics();
                    Feed feed = new Feed(vertx, new EventRoutes.Source(backend), limits);
                    metrics.watch(feed);
                    Sessions sessions = new Sessions(clockMs);
                    List<Route> all = routes(vertx, backend, feed, metrics, sessions);
                    WebServer server =
                            new WebServer(
                                    vertx,
                                    address.tls(),
                                    new HostRule(address.names()),
                                    tokens,
                                    sessions,
                                    Routing.of(all),
                                    peers,
                                    metrics);
                    server.start(address.host(), address.port())
                            .map(port -> new NodeHttp(server, all, feed::stop, port))
                            .onComplete(done);
                });
        return done.future();
    }

    private static List<Route> routes(
            Vertx vertx, Backend backend, Feed feed, Metrics metrics, Sessions sessions) {
        List<Route> all = new ArrayList<>(ProjectApi.routes(vertx, backend));
        all.addAll(new HomeRoutes(new Routes(backend)).routes());
        all.addAll(new CheckpointRoutes(new Routes(backend)).routes());
        all.addAll(new EventRoutes(backend, feed).routes());
        all.addAll(new UpkeepRoutes(backend, metrics).routes());
        all.addAll(new SignIn(sessions, "/api/v1/board").routes());
        return all;
    }

    /** Shows another certificate from now on. */
    public Future<Boolean> show(TlsIdentity tls) {
        return server.show(tls);
    }

    /** The port it listens on. */
    public int port() {
        return port;
    }

    /** Every route, for the test that compares them with the description. */
    List<Route> routes() {
        return routes;
    }

    /** Ends the streams of events, with a word to who listens. */
    void stopFeed() {
        stopFeed.run();
    }

    /** Stops listening and closes what is open. */
    public Future<Void> stop() {
        stopFeed();
        return server.stop();
    }
}

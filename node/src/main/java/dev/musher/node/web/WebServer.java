package dev.musher.node.web;

import dev.musher.crdt.change.Actor;
import dev.musher.node.net.Network;
import dev.musher.node.net.Strangers;
import dev.musher.node.tls.TlsIdentity;
import dev.musher.protocol.json.Code;
import dev.musher.protocol.json.JsonIn;
import dev.musher.protocol.json.Outcome;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.ServerSSLOptions;
import io.vertx.core.net.SocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP server that checks every request by the rules of this package before a handler sees it.
 * {@link #start} may be called from any thread; handlers run on one event loop.
 */
public final class WebServer {

    private static final String COOKIE = "musher";

    private static final Routing.Mounted NOWHERE = new Routing.Mounted(List.of(), List.of());
    private static final int BODY_MS = 30_000;
    private static final int IDLE_SECONDS = 75;
    private static final int CONNECTIONS_MAX = 2_000;
    private static final int HEADER_BYTES = 16 * 1024;
    private static final int LINE_BYTES = 8 * 1024;
    private static final int FRAME_BYTES = 64 * 1024;

    /** What connects has this long to ask for something, ms; headers that drip count as nothing. */
    private static final long FIRST_MS = 4_500;

    /** Of the connections those that have not shown who calls, from elsewhere than this machine. */
    private static final Strangers.Bounds STRANGERS = new Strangers.Bounds(64, 1_000, 1_000, 5);

    /** How long a connection lives that does not show who calls, ms, whatever it asks for. */
    private static final long STRANGER_MS = 10_000;

    private final Vertx vertx;
    private final HostRule hosts;
    private final Tokens tokens;
    private final Sessions sessions;
    private final Routing routing;
    private final @Nullable PeerDoor peers;
    private final Observer observer;
    private final HttpServer server;
    private final Set<HttpConnection> silent = Collections.newSetFromMap(new IdentityHashMap<>());

    /** When each connected, on the monotonic clock, ns. */
    private final Map<HttpConnection, Open> connections = new IdentityHashMap<>();

    private final Visitors visitors;

    /**
     * A server that does not listen yet.
     *
     * @param tls what it shows; null for a server without TLS, on the loopback
     * @param peers takes sockets to {@code /peer}, or null where there are none
     */
    public WebServer(
            Vertx vertx,
            @Nullable TlsIdentity tls,
            HostRule hosts,
            Tokens tokens,
            Sessions sessions,
            Routing routing,
            @Nullable PeerDoor peers,
            Observer observer) {
        this(
                vertx,
                tls,
                hosts,
                tokens,
                sessions,
                routing,
                peers,
                observer,
                new Visitors(STRANGERS, STRANGER_MS, WebServer::network),
                new Handshakes(new Strangers(Handshakes.BOUNDS), WebServer::networkOf));
    }

    WebServer(
            Vertx vertx,
            @Nullable TlsIdentity tls,
            HostRule hosts,
            Tokens tokens,
            Sessions sessions,
            Routing routing,
            @Nullable PeerDoor peers,
            Observer observer,
            Visitors visitors,
            Handshakes handshakes) {
        this.vertx = vertx;
        this.hosts = hosts;
        this.tokens = tokens;
        this.sessions = sessions;
        this.routing = routing;
        this.peers = peers;
        this.observer = observer;
        this.visitors = visitors;
        this.server =
                vertx.createHttpServer(tls == null ? options() : over(tls, handshakes, options()))
                        .connectionHandler(connection -> {
                            connections.put(connection, begun(connection));
                            silent.add(connection);
                            connection.closeHandler(closed -> ended(connection));
                            if (!visitors.came(connection)
                                    || connections.size() > CONNECTIONS_MAX) {
                                connection.close();
                            }
                        })
                        .requestHandler(this::accept);
    }

    /**
     * A connection that is open.
     *
     * @param timers that end it if it stays silent, or unknown; they hold it in memory until they
     *     are cancelled, and of connections that come and go there are many in that time
     */
    private record Open(long sinceNs, List<Long> timers) {}

    private Open begun(HttpConnection connection) {
        long first =
                vertx.setTimer(
                        FIRST_MS,
                        due -> {
                            if (silent.remove(connection)) {
                                connection.close();
                            }
                        });
        long life =
                vertx.setTimer(
                        visitors.lifeMs(),
                        due -> {
                            if (visitors.isStranger(connection)) {
                                connection.close();
                            }
                        });
        return new Open(System.nanoTime(), List.of(first, life));
    }

    /** A connection is closed, or somebody else's to bound; its age, ns. */
    private long ended(HttpConnection connection) {
        silent.remove(connection);
        visitors.gone(connection);
        Open open = connections.remove(connection);
        if (open == null) {
            return 0;
        }
        open.timers().forEach(vertx::cancelTimer);
        return System.nanoTime() - open.sinceNs();
    }

    /** Listens; the future has the port, or fails when it is in use. */
    public Future<Integer> start(String host, int port) {
        return server.listen(port, host).map(HttpServer::actualPort);
    }

    /** Shows another certificate from now on; connections that are open keep theirs. */
    public Future<Boolean> show(TlsIdentity tls) {
        return server.updateSSLOptions(tls.options());
    }

    /** Stops listening and closes what is open. */
    public Future<Void> stop() {
        return server.close();
    }

    /**
     * Name of the cookie of a signed-in browser. A browser has one jar for all ports of a host, so
     * the port is in the name: the one the browser calls, which a tunnel may have changed.
     *
     * @param host the Host header of the request
     */
    static String cookie(@Nullable String host) {
        int colon = host == null ? -1 : host.lastIndexOf(':');
        String port =
                host == null || colon <= host.lastIndexOf(']') ? "" : host.substring(colon + 1);
        return port.matches("[0-9]{1,5}") ? COOKIE + "-" + port : COOKIE;
    }

    private static HttpServerOptions options() {
        return new HttpServerOptions()
                .setCompressionSupported(false)
                .setDecompressionSupported(false)
                .setHttp2ClearTextEnabled(false)
                // Else who announces a body waits a second for nothing.
                .setHandle100ContinueAutomatically(true)
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false)
                .setMaxWebSocketFrameSize(FRAME_BYTES)
                .setMaxWebSocketMessageSize(FRAME_BYTES)
                .setMaxHeaderSize(HEADER_BYTES)
                .setMaxInitialLineLength(LINE_BYTES)
                .setIdleTimeout(IDLE_SECONDS)
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                .setTcpNoDelay(true);
    }

    private static HttpServerOptions over(
            TlsIdentity tls, Handshakes handshakes, HttpServerOptions options) {
        ServerSSLOptions shown = tls.options();
        options.setSsl(true)
                .setSslEngineOptions(handshakes)
                // HTTP/1.1 alone, as without TLS: its bounds are known here.
                .setUseAlpn(false)
                .setKeyCertOptions(shown.getKeyCertOptions())
                .setSslHandshakeTimeout(shown.getSslHandshakeTimeout())
                .setSslHandshakeTimeoutUnit(shown.getSslHandshakeTimeoutUnit());
        options.setEnabledSecureTransportProtocols(shown.getEnabledSecureTransportProtocols());
        return options;
    }

    private void accept(HttpServerRequest request) {
        silent.remove(request.connection());
        HttpServerResponse response = request.response();
        response.putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Cache-Control", "no-store")
                .putHeader("Referrer-Policy", "no-referrer")
                .putHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
        response.exceptionHandler(gone -> {});
        request.exceptionHandler(gone -> {});
        Exchange anonymous = new Exchange(vertx, request, Map.of(), null);
        try {
            String host = request.getHeader("Host");
            if (request.headers().getAll("Host").size() > 1) {
                // What stands before this server may have looked at the other one.
                anonymous.problem(Code.INVALID, "The request has more than one Host header.");
            } else if (!hosts.allows(host)) {
                anonymous.problem(
                        Code.WRONG_HOST,
                        "The Host header names another server; call this one by a name it was"
                                + " told.");
            } else if (request.path() != null && request.path().equals("/peer")) {
                socket(anonymous, request);
            } else {
                route(anonymous, request, host);
            }
        } catch (RuntimeException e) {
            // The one place where a fault of a handler ends: the caller must not wait for ever.
            anonymous.failed(e);
        }
    }

    private void socket(Exchange anonymous, HttpServerRequest request) {
        if (peers == null || !"websocket".equalsIgnoreCase(request.getHeader("Upgrade"))) {
            anonymous.problem(Code.UNKNOWN_ROUTE, "/peer is for the sockets of peers only.");
        } else if (request.getHeader("Origin") != null) {
            anonymous.problem(
                    Code.FOREIGN_ORIGIN, "/peer is for nodes; a browser has no business there.");
        } else {
            HttpConnection connection = request.connection();
            request.toWebSocket()
                    .onSuccess(socket -> {
                        // From here on it is bounded by who takes it; its end is not told here.
                        long ageNs = ended(connection);
                        peers.accept(socket, TimeUnit.NANOSECONDS.toMillis(ageNs));
                    });
        }
    }

    private void route(Exchange anonymous, HttpServerRequest request, @Nullable String host) {
        List<String> segments = segments(request.path());
        Route route = null;
        Map<String, String> path = Map.of();
        TreeSet<String> methods = new TreeSet<>();
        Routing.Mounted mounted = segments == null ? NOWHERE : routing.at(segments);
        for (Route candidate : mounted.routes()) {
            Map<String, String> match = candidate.match(mounted.segments());
            if (match != null) {
                methods.add(candidate.method().name());
                if (candidate.method().equals(request.method())) {
                    route = candidate;
                    path = match;
                }
            }
        }
        if (route == null && isGuarded(segments) && !isKnown(request, host)) {
            // As of a route that is there: which are may depend on what is held here.
            unauthenticated(anonymous);
            return;
        }
        if (route == null && methods.isEmpty()) {
            anonymous.problem(
                    Code.UNKNOWN_ROUTE, "There is no such route; /openapi.yaml lists them all.");
            return;
        }
        if (route == null) {
            String allowed = String.join(", ", methods);
            request.response().putHeader("Allow", allowed);
            anonymous.problem(Code.METHOD_NOT_ALLOWED, "This route takes " + allowed + ".");
            return;
        }
        Route found = route;
        long began = System.nanoTime();
        request.response()
                .endHandler(end ->
                        observer.answered(
                                found,
                                request.response().getStatusCode(),
                                System.nanoTime() - began));
        admit(anonymous, request, host, route, path);
    }

    private void admit(
            Exchange anonymous,
            HttpServerRequest request,
            @Nullable String host,
            Route route,
            Map<String, String> path) {
        String origin = request.getHeader("Origin");
        if (origin != null && !HostRule.own(origin, host, request.isSSL())) {
            anonymous.problem(
                    Code.FOREIGN_ORIGIN,
                    "The request comes from a page of another origin; open this server's own"
                            + " page.");
            return;
        }
        Actor actor = null;
        String bearer = bearer(request);
        if (route.access() == Route.Access.OPEN) {
            // Some tell more to who shows a token; nobody is refused.
            actor = bearer == null ? null : tokens.actor(bearer);
        } else {
            Outcome.Refused refused = null;
            Cookie cookie = bearer == null ? request.getCookie(cookie(host)) : null;
            if (bearer != null) {
                actor = tokens.actor(bearer);
            } else if (cookie != null) {
                refused = byCookie(request, origin);
                actor = refused == null ? sessions.actor(cookie.getValue()) : null;
            }
            if (refused != null) {
                anonymous.problem(refused);
                return;
            }
            if (actor == null) {
                unauthenticated(anonymous);
                return;
            }
            if (route.access() == Route.Access.PERSON && !(actor instanceof Actor.User)) {
                anonymous.problem(
                        Code.NOT_ALLOWED,
                        "Only a person may do this: ask one, or use a person's token.");
                return;
            }
        }
        if (actor != null) {
            visitors.gone(request.connection());
        }
        run(new Exchange(vertx, request, path, actor), request, route);
    }

    private static void unauthenticated(Exchange anonymous) {
        anonymous.problem(
                Code.UNAUTHENTICATED,
                "Send the token of this home as `Authorization: Bearer ...` (it is in the"
                        + " file `token` of the home), or open the sign-in link again.");
    }

    private static boolean isGuarded(@Nullable List<String> segments) {
        return segments != null && segments.getFirst().equals("api");
    }

    private boolean isKnown(HttpServerRequest request, @Nullable String host) {
        String bearer = bearer(request);
        Cookie cookie = bearer == null ? request.getCookie(cookie(host)) : null;
        return bearer != null
                ? tokens.actor(bearer) != null
                : cookie != null && sessions.actor(cookie.getValue()) != null;
    }

    /** Where a connection comes from; null on this machine, whose users have its tokens. */
    private static @Nullable String network(HttpConnection connection) {
        SocketAddress remote = connection.remoteAddress();
        String address = remote == null ? null : remote.hostAddress();
        return address == null ? "unknown" : networkOf(address);
    }

    private static @Nullable String networkOf(String address) {
        boolean here =
                address.startsWith("127.")
                        || address.equals("::1")
                        || address.equals("0:0:0:0:0:0:0:1");
        return here ? null : Network.of(address);
    }

    /**
     * A cookie travels by itself, so the request must show that it comes from a page of ours.
     * Browsers send no Origin with a GET of the same site; those only read, and Sec-Fetch-Site
     * tells where they come from wherever the browser sends it.
     */
    private static Outcome.@Nullable Refused byCookie(
            HttpServerRequest request, @Nullable String origin) {
        String site = request.getHeader("Sec-Fetch-Site");
        boolean reads = request.method().equals(HttpMethod.GET);
        boolean near = site == null || site.equals("same-origin") || site.equals("none");
        if (origin != null || (reads && near)) {
            return null;
        }
        return Outcome.Refused.of(
                Code.FOREIGN_ORIGIN,
                "A request with a cookie needs the Origin header of this server's own page.");
    }

    private void run(Exchange exchange, HttpServerRequest request, Route route) {
        switch (route.body()) {
            case NONE -> call(exchange, route);
            case JSON -> {
                if (says(request, "application/json") || bodiless(request)) {
                    readBody(exchange, request, route);
                } else {
                    exchange.problem(Code.UNSUPPORTED_TYPE, "Send Content-Type: application/json.");
                }
            }
            case LINES -> {
                if (says(request, "application/x-ndjson") || says(request, "application/json")) {
                    request.pause();
                    call(exchange, route);
                } else {
                    exchange.problem(
                            Code.UNSUPPORTED_TYPE, "Send Content-Type: application/x-ndjson.");
                }
            }
        }
    }

    private static void call(Exchange exchange, Route route) {
        try {
            route.handler().handle(exchange);
        } catch (RuntimeException e) {
            // As in accept: a handler called later, from the end of a body, ends here.
            exchange.failed(e);
        }
    }

    /** A DELETE says all in its path; a form cannot send one, so it needs no Content-Type. */
    private static boolean bodiless(HttpServerRequest request) {
        return request.method().equals(HttpMethod.DELETE)
                && request.getHeader("Content-Type") == null;
    }

    private void readBody(Exchange exchange, HttpServerRequest request, Route route) {
        long announced = length(request);
        if (announced > JsonIn.DOCUMENT_BYTES) {
            tooLarge(exchange);
            return;
        }
        Buffer whole = Buffer.buffer();
        long timer = vertx.setTimer(BODY_MS, late -> request.connection().close());
        request.handler(part -> {
            if (whole.length() + part.length() > JsonIn.DOCUMENT_BYTES) {
                vertx.cancelTimer(timer);
                request.handler(rest -> {});
                request.endHandler(end -> {});
                tooLarge(exchange);
            } else {
                whole.appendBuffer(part);
            }
        });
        request.endHandler(end -> {
            vertx.cancelTimer(timer);
            exchange.body(whole.getBytes());
            call(exchange, route);
        });
        request.exceptionHandler(gone -> vertx.cancelTimer(timer));
    }

    private static void tooLarge(Exchange exchange) {
        exchange.problem(Code.TOO_LARGE, "A body has at most " + JsonIn.DOCUMENT_BYTES + " bytes.");
    }

    private static long length(HttpServerRequest request) {
        String text = request.getHeader("Content-Length");
        // The server's own decoder has refused a length that is no number.
        return text == null ? 0 : Long.parseLong(text.strip());
    }

    private static boolean says(HttpServerRequest request, String type) {
        String given = request.getHeader("Content-Type");
        if (given == null) {
            return false;
        }
        int semicolon = given.indexOf(';');
        return (semicolon < 0 ? given : given.substring(0, semicolon))
                .strip()
                .equalsIgnoreCase(type);
    }

    private static @Nullable String bearer(HttpServerRequest request) {
        String header = request.getHeader("Authorization");
        boolean bearer = header != null && header.regionMatches(true, 0, "Bearer ", 0, 7);
        return bearer && header != null ? header.substring(7).strip() : null;
    }

    /** The decoded segments of a path, or null where it is none that a route could have. */
    static @Nullable List<String> segments(@Nullable String path) {
        if (path == null || !path.startsWith("/")) {
            return null;
        }
        List<String> out = new ArrayList<>();
        for (String part : path.substring(1).split("/", -1)) {
            try {
                // A plus is a plus in a path.
                out.add(URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8));
            } catch (IllegalArgumentException e) {
                return null;
            }
        }
        return out;
    }
}

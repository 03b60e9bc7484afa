package dev.musher.node;

import dev.musher.node.tls.TlsIdentity;
import dev.musher.node.web.Tokens;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** How a daemon begins to listen: node and gateway alike. */
public final class Listening {

    private static final System.Logger LOG = System.getLogger(Listening.class.getName());
    private static final long START_S = 30;
    private static final int EVENT_LOOPS = 2;

    private Listening() {}

    /**
     * The event loops of a daemon. Vert.x looks for no file on the class path: for that it would
     * make a temporary folder at each start, and every kill would leave one.
     */
    public static Vertx vertx() {
        return Vertx.vertx(
                new VertxOptions()
                        .setEventLoopPoolSize(EVENT_LOOPS)
                        .setFileSystemOptions(
                                new FileSystemOptions()
                                        .setClassPathResolvingEnabled(false)
                                        .setFileCachingEnabled(false)));
    }

    /**
     * Looks after the certificate of a daemon from now on.
     *
     * @param changed given another certificate to show, on a worker thread
     */
    public static void renewing(
            Vertx vertx, Endpoint endpoint, Home home, Consumer<TlsIdentity> changed) {
        renewing(vertx, endpoint, home.folder(), Endpoint.RENEW_MS, changed);
    }

    /** As {@link #renewing}, looking this often. */
    static void renewing(
            Vertx vertx,
            Endpoint endpoint,
            Path home,
            long everyMs,
            Consumer<TlsIdentity> changed) {
        if (endpoint.identity() == null) {
            return;
        }
        vertx.setPeriodic(
                everyMs,
                due ->
                        vertx.executeBlocking(
                                        () -> {
                                            TlsIdentity now = endpoint.renew(home);
                                            if (now != null) {
                                                changed.accept(now);
                                            }
                                            return true;
                                        })
                                .onFailure(fault ->
                                        LOG.log(
                                                System.Logger.Level.WARNING,
                                                "the certificate could not be renewed; the old one"
                                                        + " is shown on",
                                                fault)));
    }

    /** The tokens of a home; {@link HomeException} where they cannot be read. */
    public static Tokens tokens(Home home, String user) {
        try {
            return Tokens.open(home.folder().resolve("token"), user);
        } catch (IOException | IllegalArgumentException e) {
            throw new HomeException("the tokens cannot be read: " + e.getMessage(), e);
        }
    }

    /** Goes over to the tokens that a home's file says now; throws as {@link #tokens}. */
    static void reopen(Tokens tokens, Home home, String user) {
        try {
            tokens.reopen(home.folder().resolve("token"), user);
        } catch (IOException | IllegalArgumentException e) {
            throw new HomeException("the tokens cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Starts a server and waits for it. For port 0 the one that the home had last is tried first.
     *
     * @param server starts on a port; its future fails with {@link BindException} where that is in
     *     use
     * @throws ConfigException where the port is in use
     * @throws HomeException where the server does not start for another reason
     */
    public static <T> T start(Home home, String host, int port, IntFunction<Future<T>> server) {
        OptionalInt last = port == 0 ? home.lastPort() : OptionalInt.empty();
        T started = last.isPresent() ? tried(server, last.getAsInt()) : null;
        if (started == null) {
            started = tried(server, port);
        }
        if (started == null) {
            throw new ConfigException(
                    host
                            + ":"
                            + port
                            + " is in use: end what listens there, or use another --http HOST:PORT"
                            + " (port 0 takes any that is free)");
        }
        return started;
    }

    /** The server, or null where the port is in use. */
    private static <T> @Nullable T tried(IntFunction<Future<T>> server, int port) {
        try {
            return server.apply(port)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(START_S, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof BindException) {
                return null;
            }
            throw new HomeException("the HTTP server does not start: " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new HomeException("the HTTP server did not start within " + START_S + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HomeException("the start was interrupted", e);
        }
    }
}

package dev.musher.gateway;

import dev.musher.gateway.http.GatewayHttp;
import dev.musher.gateway.http.Projects;
import dev.musher.node.Home;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A running gateway: see {@link GatewayMain#start}. Thread safe. */
public final class Gateway implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Gateway.class.getName());
    private static final long STEP_S = 3;

    private final Home home;
    private final Vertx vertx;
    private final Registry registry;
    private final GatewayHttp http;
    private final URI uri;
    private boolean closed;

    Gateway(Home home, Vertx vertx, Registry registry, GatewayHttp http, URI uri) {
        this.home = home;
        this.vertx = vertx;
        this.registry = registry;
        this.http = http;
        this.uri = uri;
    }

    /** Where it listens, for example {@code http://127.0.0.1:4001}. */
    public URI http() {
        return uri;
    }

    /** The token of the home's user. */
    public String token() {
        return home.token();
    }

    /** What it holds. */
    public Projects projects() {
        return registry;
    }

    /** The line that the daemon says on its stdout when it is ready. */
    public String readyLine() {
        return "ready role=gateway http=" + uri;
    }

    /** Ends it in order: no new work, then each project. The second call waits. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        await("the HTTP server", http.stop());
        registry.close();
        await("Vert.x", vertx.close());
        home.close();
    }

    private static void await(String what, Future<?> end) {
        @Nullable Throwable fault = null;
        try {
            end.toCompletionStage().toCompletableFuture().get(STEP_S, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            fault = e;
        }
        if (fault != null) {
            LOG.log(System.Logger.Level.WARNING, what + " did not end in order", fault);
        }
    }
}

package dev.musher.node;

import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.DeviceId;
import dev.musher.node.http.NodeHttp;
import dev.musher.node.replica.Published;
import dev.musher.node.store.RocksStore;
import io.vertx.core.Vertx;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A running node: see {@link NodeMain#start}. Thread safe. */
public final class Node implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Node.class.getName());
    private static final long STEP_S = 3;

    private final ReplicaHost host;
    private final Vertx vertx;
    private final NodeHttp http;
    private final URI uri;
    private boolean closed;

    Node(ReplicaHost host, Vertx vertx, NodeHttp http, URI uri) {
        this.host = host;
        this.vertx = vertx;
        this.http = http;
        this.uri = uri;
    }

    /** Where it listens, for example {@code http://127.0.0.1:4000}. */
    public URI http() {
        return uri;
    }

    /** The project; known to a newcomer too. */
    public ChangeId project() {
        return host.published().project();
    }

    /** This node's device. */
    public DeviceId device() {
        return host.published().device();
    }

    /** What is on disk. */
    public Published published() {
        return host.published();
    }

    /** The running core. */
    public Driver driver() {
        return host.driver();
    }

    /** The store, for upkeep: backup, checks, sizes. Its one writer is the driver. */
    public RocksStore store() {
        return host.store();
    }

    /** The home. */
    public Home home() {
        return host.home();
    }

    /** The token of the home's user. */
    public String token() {
        return host.home().token();
    }

    /** Completed with the reason when the node cannot go on; it must be closed then. */
    public CompletableFuture<String> broken() {
        return host.broken();
    }

    /** The line that a daemon says on its stdout when it is ready. */
    public String readyLine() {
        return "ready role=node http="
                + uri
                + " project="
                + project().hex()
                + " device="
                + device().hex();
    }

    /**
     * Ends it in order: no new work, what waits is written, then the store. The second call waits.
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        await("the HTTP server", http.stop().toCompletionStage().toCompletableFuture());
        host.close();
        await("Vert.x", vertx.close().toCompletionStage().toCompletableFuture());
    }

    private static void await(String what, CompletableFuture<?> end) {
        @Nullable Throwable fault = null;
        try {
            end.get(STEP_S, TimeUnit.SECONDS);
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

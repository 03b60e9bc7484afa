package dev.musher.node;

import dev.musher.node.store.StoreException;
import dev.musher.protocol.sync.Fingerprint;
import io.vertx.core.Future;
import java.io.PrintStream;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A running node or gateway, and the frame in which a process is one. Thread safe. */
public abstract class Daemon implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Daemon.class.getName());
    private static final long STEP_S = 3;

    private final Home home;
    private final Endpoint endpoint;
    private final URI http;
    private final CompletableFuture<String> broken;
    private boolean closed;

    /**
     * What listens already.
     *
     * @param endpoint where, on this port
     * @param broken completed with the reason when it cannot go on
     */
    protected Daemon(Home home, Endpoint endpoint, int port, CompletableFuture<String> broken) {
        this.home = home;
        this.endpoint = endpoint;
        this.http = endpoint.uri(port);
        this.broken = broken;
    }

    /**
     * Makes this process a daemon until a signal ends it, or it cannot go on.
     *
     * @param out gets the ready line, and nothing else
     * @param err gets the reason where it does not start or cannot go on
     * @return the exit code: 1 failed, 2 told something that cannot be
     */
    public static int run(Supplier<? extends Daemon> start, PrintStream out, PrintStream err) {
        Daemon daemon;
        try {
            daemon = start.get();
        } catch (ConfigException e) {
            err.println("musher: " + e.getMessage());
            return 2;
        } catch (HomeException | StoreException e) {
            err.println("musher: " + e.getMessage());
            return 1;
        }
        // A signal ends the process by way of this; the main thread waits below until then.
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("shutdown").unstarted(daemon::close));
        EndWithParent.watch(System.getenv(), System.in, () -> System.exit(0));
        out.println(daemon.readyLine());
        out.flush();
        if (System.getenv(Logs.DETACHED) != null) {
            Logs.leaveStderr();
        }
        String why = daemon.broken().join();
        err.println("musher: " + why);
        daemon.close();
        return 1;
    }

    /** The home. */
    public final Home home() {
        return home;
    }

    /** Where it listens, for example {@code http://127.0.0.1:4000}. */
    public final URI http() {
        return http;
    }

    /** The certificate it shows; null without TLS. */
    public final @Nullable Fingerprint certificate() {
        return endpoint.fingerprint();
    }

    /** What the ready line says of the certificate: nothing without TLS. */
    protected final String certificateWord() {
        Fingerprint shown = certificate();
        return shown == null ? "" : " certificate=" + shown;
    }

    /** The token of the home's user. */
    public final String token() {
        return home.token();
    }

    /** Completed with the reason when it cannot go on; it must be closed then. */
    public final CompletableFuture<String> broken() {
        return broken;
    }

    /** The line that a daemon says on its stdout when it is ready. */
    public abstract String readyLine();

    /** Ends it in order, which takes some seconds at the most. The second call waits. */
    @Override
    public final synchronized void close() {
        if (!closed) {
            closed = true;
            end();
        }
    }

    /** Ends it: no new work first, the home last. Called once. */
    protected abstract void end();

    /** Waits for one step of the end; one that fails or takes too long is logged. */
    protected static void await(String what, Future<?> step) {
        @Nullable Throwable fault = null;
        try {
            step.toCompletionStage().toCompletableFuture().get(STEP_S, TimeUnit.SECONDS);
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

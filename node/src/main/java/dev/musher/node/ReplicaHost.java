package dev.musher.node;

import dev.musher.crdt.change.ChangeId;
import dev.musher.node.http.Backend;
import dev.musher.node.replica.Published;
import dev.musher.node.replica.Replica;
import dev.musher.node.replica.Setup;
import dev.musher.node.store.GroupCommit;
import dev.musher.node.store.RocksStore;
import dev.musher.node.store.StoreException;
import dev.musher.node.store.StoreOptions;
import dev.musher.protocol.crypto.Ed25519Signer;
import dev.musher.protocol.crypto.Ed25519Verifier;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;

/**
 * A replica at work, with the home that holds its key and the store that holds its history: what a
 * node is without its HTTP interface, and what a gateway has one of for each project.
 *
 * <p>Thread safe. {@link #close} may take some seconds.
 */
public final class ReplicaHost implements AutoCloseable {

    private final Home home;
    private final RocksStore store;
    private final GroupCommit commits;
    private final Driver driver;
    private final CompletableFuture<String> broken;
    private boolean closed;

    private ReplicaHost(
            Home home,
            RocksStore store,
            GroupCommit commits,
            Driver driver,
            CompletableFuture<String> broken) {
        this.home = home;
        this.store = store;
        this.commits = commits;
        this.driver = driver;
        this.broken = broken;
    }

    /**
     * Opens the store of a home and starts the replica over it. What was opened before a failure is
     * closed again, the home as well.
     *
     * @param home becomes this host's to close
     * @param vertx for the sockets; stays the caller's
     * @param setup says what to found or join where the store is empty
     * @throws StoreException where the store does not open
     * @throws HomeException where the home cannot be read
     */
    public static ReplicaHost open(
            Home home,
            StoreOptions options,
            Vertx vertx,
            BiFunction<Home, RocksStore, Setup> setup) {
        RocksStore store = null;
        ReplicaHost host = null;
        try {
            store = RocksStore.open(home.store(), options);
            clean(home, store);
            host = start(home, store, vertx, setup.apply(home, store));
            return host;
        } finally {
            if (host == null) {
                if (store != null) {
                    store.close();
                }
                home.close();
            }
        }
    }

    private static ReplicaHost start(Home home, RocksStore store, Vertx vertx, Setup setup) {
        KeyRotation.resume(home, store);
        Ed25519Signer signer = home.signer();
        Replica replica =
                Replica.open(
                        setup.withLoss(store.health().loss()),
                        store,
                        store.id(),
                        signer,
                        new Ed25519Verifier(),
                        new SecureRandom(),
                        System.currentTimeMillis());
        GroupCommit commits = new GroupCommit(store, GroupCommit.Limits.defaults());
        CompletableFuture<String> broken = new CompletableFuture<>();
        Driver driver =
                new Driver(
                        replica,
                        replica.queries(store, store.id()),
                        commits,
                        vertx,
                        broken::complete);
        boolean started = false;
        try {
            driver.start();
            markUsed(home, store, driver);
            started = true;
            return new ReplicaHost(home, store, commits, driver, broken);
        } finally {
            if (!started) {
                commits.close();
            }
        }
    }

    private static void clean(Home home, RocksStore store) {
        try {
            new StoreSwap(home.folder()).clean(store);
        } catch (IOException e) {
            throw new HomeException(
                    "what a rebuild left in " + home.folder() + " cannot be deleted: " + e, e);
        }
    }

    /** Says in the home that it has a project, once the disk says so. */
    private static void markUsed(Home home, RocksStore store, Driver driver) {
        if (!home.unused()) {
            remember(home, store);
            return;
        }
        Runnable mark =
                new Runnable() {
                    private boolean done;

                    // By this thread, and by the one that publishes.
                    @Override
                    public synchronized void run() {
                        if (!done && Replica.belongs(store)) {
                            done = true;
                            home.used();
                            remember(home, store);
                            driver.forget(this);
                        }
                    }
                };
        driver.onPublish(mark);
        mark.run();
    }

    private static void remember(Home home, RocksStore store) {
        ChangeId project = Replica.projectOf(store);
        if (project != null) {
            home.remember(project);
        }
    }

    /** Its folder. */
    public Path folder() {
        return home.folder();
    }

    /** Its home. */
    public Home home() {
        return home;
    }

    /** The running core. */
    public Driver driver() {
        return driver;
    }

    /** What is on disk. */
    public Published published() {
        return driver.published();
    }

    /** What an HTTP interface asks. */
    public Backend backend() {
        return new NodeBackend(driver, home, store);
    }

    /** Completed with the reason when it cannot go on; it must be closed then. */
    public CompletableFuture<String> broken() {
        return broken;
    }

    /** Ends it in order: no new work, what waits is written, then the store and the home. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        driver.close();
        commits.close();
        store.close();
        home.close();
    }
}

package dev.musher.node;

import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Malformed;
import dev.musher.node.http.NodeHttp;
import dev.musher.node.replica.Replica;
import dev.musher.node.replica.Setup;
import dev.musher.node.store.GroupCommit;
import dev.musher.node.store.RocksStore;
import dev.musher.node.store.StoreException;
import dev.musher.node.store.StoreOptions;
import dev.musher.node.web.Tokens;
import dev.musher.protocol.crypto.Ed25519Signer;
import dev.musher.protocol.crypto.Ed25519Verifier;
import dev.musher.protocol.sync.Invite;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Starts a node: in this process by {@link #start}, or as a daemon by {@link #main}, whose stdout
 * carries one line when it is ready.
 */
public final class NodeMain {

    private static final long START_S = 30;
    private static final int EVENT_LOOPS = 2;

    private NodeMain() {}

    /**
     * The daemon: {@code --home DIR --http HOST:PORT --repo DIR --project NAME --join LINK}. Ends on
     * SIGTERM. Exit codes: 1 failed, 2 usage.
     */
    public static void main(String[] args) {
        System.exit(run(List.of(args), System.out, System.err));
    }

    /** {@link #main} without the end of the process: answers the exit code once the node has ended. */
    public static int run(List<String> args, PrintStream out, PrintStream err) {
        Node node;
        try {
            NodeConfig config = NodeConfig.resolve(flags(args), System.getenv());
            Logs.to(config.home());
            node = start(config);
        } catch (ConfigException e) {
            err.println("musher: " + e.getMessage());
            return 2;
        } catch (HomeException | StoreException e) {
            err.println("musher: " + e.getMessage());
            return 1;
        }
        // A signal ends the process by way of this; the main thread waits below until then.
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("shutdown").unstarted(node::close));
        out.println(node.readyLine());
        out.flush();
        String why = node.broken().join();
        err.println("musher: " + why);
        node.close();
        return 1;
    }

    /**
     * Starts a node and waits until it listens.
     *
     * @throws ConfigException where it was told something that cannot be
     * @throws HomeException where the home is in use or cannot be read
     * @throws StoreException where the store does not open
     */
    public static Node start(NodeConfig config) {
        requireLoopback(config);
        Home home = Home.open(config.home());
        RocksStore store = null;
        Node node = null;
        try {
            store = RocksStore.open(home.store(), StoreOptions.defaults());
            node = start(config, home, store);
            return node;
        } finally {
            if (node == null) {
                if (store != null) {
                    store.close();
                }
                home.close();
            }
        }
    }

    private static Node start(NodeConfig config, Home home, RocksStore store) {
        Ed25519Signer signer = home.signer();
        Replica replica =
                Replica.open(
                        setup(config, home, store),
                        store,
                        store.id(),
                        signer,
                        new Ed25519Verifier(),
                        new SecureRandom(),
                        System.currentTimeMillis());
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(EVENT_LOOPS));
        GroupCommit commits = new GroupCommit(store, GroupCommit.Limits.defaults());
        CompletableFuture<String> broken = new CompletableFuture<>();
        Driver driver =
                new Driver(
                        replica,
                        replica.queries(store, store.id()),
                        commits,
                        vertx,
                        broken::complete);
        Node node = null;
        try {
            driver.start();
            NodeHttp http = listen(config, home, store, driver, vertx);
            String host = config.httpHost();
            driver.listening(host + ":" + http.port());
            URI uri = URI.create("http://" + host + ":" + http.port());
            home.announce(uri.toString(), http.port());
            node = new Node(home, store, commits, driver, vertx, http, uri, broken);
            return node;
        } finally {
            if (node == null) {
                driver.close();
                commits.close();
                vertx.close();
            }
        }
    }

    private static Setup setup(NodeConfig config, Home home, RocksStore store) {
        boolean tailDropped = store.health().tailDropped();
        Invite invite = invite(config, store);
        boolean founds = invite == null && !Replica.belongs(store);
        Setup setup =
                founds
                        ? Setup.founding(
                                config.label(),
                                home.stamp(),
                                config.projectName(),
                                DeviceId.of(home.foundRecoveryKey().publicKey()))
                        : Setup.joining(config.label(), home.stamp(), invite);
        return setup.dialling(config.peers()).withTailDropped(tailDropped);
    }

    /** The invite to redeem; null where there is none, or it was redeemed. */
    private static @Nullable Invite invite(NodeConfig config, RocksStore store) {
        String link = config.join();
        if (link == null) {
            return null;
        }
        Invite invite;
        try {
            invite = Invite.parse(link);
        } catch (Malformed e) {
            throw new ConfigException("the link to join cannot be used: " + e.getMessage());
        }
        if (Replica.belongs(store) && !Replica.belongs(store, invite.project())) {
            throw new ConfigException(
                    "the home "
                            + config.home()
                            + " belongs to another project: join with another --home");
        }
        return invite;
    }

    private static NodeHttp listen(
            NodeConfig config, Home home, RocksStore store, Driver driver, Vertx vertx) {
        Tokens tokens;
        try {
            tokens = Tokens.open(home.folder().resolve("token"), config.user());
        } catch (IOException | IllegalArgumentException e) {
            throw new HomeException("the tokens cannot be read: " + e.getMessage(), e);
        }
        NodeBackend backend = new NodeBackend(driver, home, store);
        OptionalInt last = config.httpPort() == 0 ? home.lastPort() : OptionalInt.empty();
        NodeHttp http =
                last.isPresent()
                        ? listen(config.httpHost(), last.getAsInt(), tokens, backend, driver, vertx)
                        : null;
        if (http == null) {
            http = listen(config.httpHost(), config.httpPort(), tokens, backend, driver, vertx);
        }
        if (http == null) {
            throw new ConfigException(
                    config.httpHost()
                            + ":"
                            + config.httpPort()
                            + " is in use: end what listens there, or use another --http HOST:PORT"
                            + " (port 0 takes any that is free)");
        }
        return http;
    }

    /** The server, or null where the port is in use. */
    private static @Nullable NodeHttp listen(
            String host,
            int port,
            Tokens tokens,
            NodeBackend backend,
            Driver driver,
            Vertx vertx) {
        try {
            return NodeHttp.start(
                            vertx,
                            new NodeHttp.Address(host, port, List.of()),
                            tokens,
                            backend,
                            driver.sockets()::accept,
                            System::currentTimeMillis)
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

    private static void requireLoopback(NodeConfig config) {
        boolean loopback;
        try {
            loopback = InetAddress.getByName(config.httpHost()).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new ConfigException("--http: there is no host `" + config.httpHost() + "`");
        }
        if (!loopback) {
            throw new ConfigException(
                    "--http: "
                            + config.httpHost()
                            + " is not a loopback address. Without TLS, which this version does not"
                            + " have, everybody on the way could read and change what is said: use"
                            + " 127.0.0.1, and a tunnel (ssh -L) between machines");
        }
    }

    private static Map<String, String> flags(List<String> args) {
        Map<String, String> out = new HashMap<>();
        for (int i = 0; i < args.size(); i++) {
            String arg = args.get(i);
            if (!arg.startsWith("--")) {
                throw new ConfigException("unexpected `" + arg + "`; flags are --NAME VALUE");
            }
            int equals = arg.indexOf('=');
            if (equals > 0) {
                out.put(arg.substring(2, equals), arg.substring(equals + 1));
            } else if (i + 1 < args.size()) {
                out.put(arg.substring(2), args.get(++i));
            } else {
                throw new ConfigException("`" + arg + "` needs a value");
            }
        }
        return out;
    }
}

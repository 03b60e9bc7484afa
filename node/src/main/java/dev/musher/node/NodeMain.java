package dev.musher.node;

import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Malformed;
import dev.musher.node.http.NodeHttp;
import dev.musher.node.replica.Replica;
import dev.musher.node.replica.Setup;
import dev.musher.node.store.RocksStore;
import dev.musher.node.store.StoreException;
import dev.musher.node.store.StoreOptions;
import dev.musher.node.tls.TlsIdentity;
import dev.musher.node.web.Tokens;
import dev.musher.protocol.sync.Invite;
import io.vertx.core.Vertx;
import java.io.PrintStream;
import java.nio.file.Files;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Starts a node: in this process by {@link #start}, or as a daemon by {@link #main}, whose stdout
 * carries one line when it is ready.
 */
public final class NodeMain {

    private NodeMain() {}

    /**
     * The daemon: {@code --home DIR --http HOST:PORT --repo DIR --project NAME --join LINK}. Ends
     * on SIGTERM. Exit codes: 1 failed, 2 usage.
     */
    public static void main(String[] args) {
        System.exit(run(List.of(args), System.out, System.err));
    }

    /**
     * {@link #main} without the end of the process: answers the exit code once the node has ended.
     */
    public static int run(List<String> args, PrintStream out, PrintStream err) {
        return Daemon.run(
                () -> {
                    NodeConfig config = NodeConfig.resolve(Flags.of(args), System.getenv());
                    Logs.to(config.home());
                    return start(config);
                },
                out,
                err);
    }

    /**
     * Starts a node and waits until it listens.
     *
     * @throws ConfigException where it was told something that cannot be
     * @throws HomeException where the home is in use or cannot be read
     * @throws StoreException where the store does not open
     */
    public static Node start(NodeConfig config) {
        Endpoint endpoint = Endpoint.of(config.httpHost(), config.tls(), System::currentTimeMillis);
        // Before a home is made: one that came to nothing would stand in the way of the next try.
        Invite link = invite(config);
        Home home = Home.open(config.home());
        if (config.join() == null && !home.unused() && !Files.exists(home.store())) {
            // Before a store is made, which would stand in the way of a restore.
            home.close();
            throw lost(home);
        }
        Vertx vertx = Listening.vertx();
        ReplicaHost host = null;
        Node node = null;
        try {
            host =
                    ReplicaHost.open(
                            home,
                            StoreOptions.defaults(),
                            vertx,
                            (own, store) -> setup(config, link, own, store));
            endpoint.open(home.folder());
            Tokens tokens = Listening.tokens(host.home(), config.user());
            NodeHttp http = listen(config, endpoint, host, vertx, tokens);
            announce(endpoint, host, http.port());
            keep(config, endpoint, host, http, vertx, tokens);
            node = new Node(host, vertx, http, endpoint);
            return node;
        } finally {
            if (node == null) {
                if (host != null) {
                    host.close();
                }
                vertx.close();
            }
        }
    }

    private static Setup setup(
            NodeConfig config, @Nullable Invite invite, Home home, RocksStore store) {
        if (invite != null && Replica.belongs(store) && !Replica.belongs(store, invite.project())) {
            throw new ConfigException(
                    "the home "
                            + config.home()
                            + " belongs to another project: join with another --home");
        }
        boolean founds = invite == null && !Replica.belongs(store);
        if (founds && !home.unused()) {
            throw lost(home);
        }
        Setup setup =
                founds
                        ? Setup.founding(
                                config.label(),
                                home.stamp(),
                                config.projectName(),
                                DeviceId.of(home.foundRecoveryKey().publicKey()))
                        : Setup.joining(config.label(), home.stamp(), invite);
        return setup.dialling(config.peers());
    }

    private static HomeException lost(Home home) {
        return new HomeException(
                "the home "
                        + home.folder()
                        + " had a project, and its store is gone or empty: restore the backup again"
                        + " with `musher restore-home`, or join again by a fresh link. No other"
                        + " project is founded in its place");
    }

    /** The invite to redeem; null where there is none. */
    private static @Nullable Invite invite(NodeConfig config) {
        String link = config.join();
        try {
            return link == null ? null : Invite.parse(link);
        } catch (Malformed e) {
            throw new ConfigException("the link to join cannot be used: " + e.getMessage());
        }
    }

    /** Tells peers and commands where this node is. */
    private static void announce(Endpoint endpoint, ReplicaHost host, int port) {
        host.driver().listening(endpoint.addresses(port), endpoint.fingerprint());
        host.home().announce(endpoint.uri(port).toString(), port, endpoint.fingerprint());
    }

    /** Looks after certificate and tokens for as long as the node runs. */
    private static void keep(
            NodeConfig config,
            Endpoint endpoint,
            ReplicaHost host,
            NodeHttp http,
            Vertx vertx,
            Tokens tokens) {
        Consumer<TlsIdentity> shown =
                identity -> {
                    http.show(identity);
                    announce(endpoint, host, http.port());
                };
        Listening.renewing(vertx, endpoint, host.home(), shown);
        host.home()
                .onRenewed(() -> {
                    Listening.reopen(tokens, host.home(), config.user());
                    TlsIdentity identity = endpoint.renew(host.home().folder());
                    if (identity != null) {
                        shown.accept(identity);
                    }
                });
    }

    private static NodeHttp listen(
            NodeConfig config, Endpoint endpoint, ReplicaHost host, Vertx vertx, Tokens tokens) {
        return Listening.start(
                host.home(),
                config.httpHost(),
                config.httpPort(),
                port ->
                        NodeHttp.start(
                                vertx,
                                new NodeHttp.Address(
                                        endpoint.host(),
                                        port,
                                        endpoint.names(),
                                        endpoint.identity()),
                                tokens,
                                host.backend(),
                                host.driver().sockets()::accept,
                                System::currentTimeMillis));
    }
}

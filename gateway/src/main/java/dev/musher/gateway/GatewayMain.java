package dev.musher.gateway;

import dev.musher.gateway.http.GatewayHttp;
import dev.musher.node.ConfigException;
import dev.musher.node.Daemon;
import dev.musher.node.Endpoint;
import dev.musher.node.Flags;
import dev.musher.node.Home;
import dev.musher.node.HomeException;
import dev.musher.node.Listening;
import dev.musher.node.Logs;
import dev.musher.node.http.NodeHttp;
import dev.musher.node.web.Tokens;
import io.vertx.core.Vertx;
import java.io.PrintStream;
import java.util.List;

/**
 * Starts a gateway: in this process by {@link #start}, or as a daemon by {@link #main}, whose
 * stdout carries one line when it is ready.
 */
public final class GatewayMain {

    /** How often it is written down when each project was last heard of, ms. */
    private static final long REMEMBER_MS = 5_000;

    private GatewayMain() {}

    /**
     * The daemon: {@code --home DIR --http HOST:PORT --label NAME --user NAME}. Ends on SIGTERM.
     * Exit codes: 1 failed, 2 usage.
     */
    public static void main(String[] args) {
        System.exit(run(List.of(args), System.out, System.err));
    }

    /** {@link #main} without the end of the process: answers the exit code once it has ended. */
    public static int run(List<String> args, PrintStream out, PrintStream err) {
        return Daemon.run(
                () -> {
                    GatewayConfig config = GatewayConfig.resolve(Flags.of(args), System.getenv());
                    Logs.to(config.home());
                    return start(config);
                },
                out,
                err);
    }

    /**
     * Starts a gateway and waits until it listens. Projects are open before it listens, so that no
     * cursor of theirs is unknown to who comes back.
     *
     * @throws ConfigException where it was told something that cannot be
     * @throws HomeException where the home is in use or cannot be read
     */
    public static Gateway start(GatewayConfig config) {
        Endpoint endpoint = Endpoint.of(config.httpHost(), config.tls(), System::currentTimeMillis);
        Home home = Home.withoutDevice(config.home());
        Vertx vertx = Listening.vertx();
        Registry registry =
                new Registry(
                        home.folder().resolve("projects"),
                        config.label(),
                        vertx,
                        System::currentTimeMillis);
        Gateway gateway = null;
        try {
            endpoint.open(home.folder());
            registry.resume();
            Tokens tokens = Listening.tokens(home, config.user());
            GatewayHttp http =
                    Listening.start(
                            home,
                            config.httpHost(),
                            config.httpPort(),
                            port ->
                                    GatewayHttp.start(
                                            vertx,
                                            new NodeHttp.Address(
                                                    endpoint.host(),
                                                    port,
                                                    endpoint.names(),
                                                    endpoint.identity()),
                                            tokens,
                                            registry,
                                            System::currentTimeMillis));
            announce(endpoint, home, http.port());
            Listening.renewing(
                    vertx,
                    endpoint,
                    home,
                    identity -> {
                        http.show(identity);
                        announce(endpoint, home, http.port());
                    });
            vertx.setPeriodic(
                    REMEMBER_MS,
                    due ->
                            vertx.executeBlocking(() -> {
                                registry.remember();
                                return true;
                            }));
            gateway = new Gateway(home, vertx, registry, http, endpoint);
            return gateway;
        } finally {
            if (gateway == null) {
                registry.close();
                vertx.close();
                home.close();
            }
        }
    }

    /** Tells commands where this gateway is. */
    private static void announce(Endpoint endpoint, Home home, int port) {
        home.announce(endpoint.uri(port).toString(), port, endpoint.fingerprint());
    }
}

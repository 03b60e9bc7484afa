package dev.musher.gateway;

import dev.musher.gateway.http.GatewayHttp;
import dev.musher.node.Daemon;
import dev.musher.node.Endpoint;
import dev.musher.node.Home;
import io.vertx.core.Vertx;
import java.util.concurrent.CompletableFuture;

/** A running gateway: see {@link GatewayMain#start}. Thread safe. */
public final class Gateway extends Daemon {

    private final Vertx vertx;
    private final Registry registry;
    private final GatewayHttp http;

    Gateway(Home home, Vertx vertx, Registry registry, GatewayHttp http, Endpoint endpoint) {
        // A project that breaks leaves the others; nothing breaks the gateway as a whole.
        super(home, endpoint, http.port(), new CompletableFuture<>());
        this.vertx = vertx;
        this.registry = registry;
        this.http = http;
    }

    @Override
    public String readyLine() {
        return "ready role=gateway http=" + http() + certificateWord();
    }

    /** No new work, then each project, then the home. */
    @Override
    protected void end() {
        await("the HTTP server", http.stop());
        registry.close();
        await("Vert.x", vertx.close());
        home().close();
    }
}

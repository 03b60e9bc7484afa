package dev.musher.node;

import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.DeviceId;
import dev.musher.node.http.Backend;
import dev.musher.node.http.NodeHttp;
import dev.musher.node.replica.Published;
import io.vertx.core.Vertx;

/** A running node: see {@link NodeMain#start}. Thread safe. */
public final class Node extends Daemon {

    private final ReplicaHost host;
    private final Vertx vertx;
    private final NodeHttp http;

    Node(ReplicaHost host, Vertx vertx, NodeHttp http, Endpoint endpoint) {
        super(host.home(), endpoint, http.port(), host.broken());
        this.host = host;
        this.vertx = vertx;
        this.http = http;
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

    /** What an HTTP interface asks. */
    public Backend backend() {
        return host.backend();
    }

    @Override
    public String readyLine() {
        return "ready role=node http="
                + http()
                + " project="
                + project().hex()
                + " device="
                + device().hex()
                + certificateWord();
    }

    /** No new work, what waits is written, then the store and the home. */
    @Override
    protected void end() {
        await("the HTTP server", http.stop());
        host.close();
        await("Vert.x", vertx.close());
    }
}

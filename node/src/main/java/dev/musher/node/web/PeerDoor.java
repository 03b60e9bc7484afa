package dev.musher.node.web;

import io.vertx.core.http.ServerWebSocket;

/** Takes the sockets to {@code /peer}. Called on the event loop of the server; must not block. */
@FunctionalInterface
public interface PeerDoor {

    /**
     * A socket whose Host and Origin were checked.
     *
     * @param ageMs since it connected: who is still a stranger has so much less time left
     */
    void accept(ServerWebSocket socket, long ageMs);
}

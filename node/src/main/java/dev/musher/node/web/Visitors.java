package dev.musher.node.web;

import dev.musher.node.net.Strangers;
import io.vertx.core.http.HttpConnection;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The connections on which nobody has shown who calls. They are few and short, so that whoever only
 * holds on to them takes no room from those who are known: a request is cheap, a connection that is
 * kept by a byte now and then stands for ever. Confined to the server's event loop.
 */
final class Visitors {

    private final Strangers strangers;
    private final long lifeMs;
    private final Function<HttpConnection, @Nullable String> network;
    private final Map<HttpConnection, Runnable> unknown = new IdentityHashMap<>();

    /**
     * None are there.
     *
     * @param bounds of those that come over a network
     * @param lifeMs how long one may stay without showing who calls, ms
     * @param network where a connection comes from; null for one that is not counted
     */
    Visitors(
            Strangers.Bounds bounds,
            long lifeMs,
            Function<HttpConnection, @Nullable String> network) {
        this.strangers = new Strangers(bounds);
        this.lifeMs = lifeMs;
        this.network = network;
    }

    long lifeMs() {
        return lifeMs;
    }

    /** A connection is made; whether there is room for it. */
    boolean came(HttpConnection connection) {
        String from = network.apply(connection);
        if (from == null) {
            unknown.put(connection, () -> {});
            return true;
        }
        if (!strangers.came(from, TimeUnit.NANOSECONDS.toMillis(System.nanoTime()))) {
            return false;
        }
        unknown.put(connection, () -> strangers.left(from));
        return true;
    }

    /** Whether nobody has shown who calls on it. */
    boolean isStranger(HttpConnection connection) {
        return unknown.containsKey(connection);
    }

    /** It is closed, or who calls is known, or it is somebody else's to bound. */
    void gone(HttpConnection connection) {
        Runnable left = unknown.remove(connection);
        if (left != null) {
            left.run();
        }
    }
}

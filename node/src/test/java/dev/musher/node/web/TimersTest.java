package dev.musher.node.web;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.Actor;
import dev.musher.node.net.Strangers;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A timer holds its connection in memory. Connections that come and go by the thousand a second
 * must take theirs with them: else those of ten seconds fill the heap.
 */
@Timeout(60)
@Tag("T-D12")
class TimersTest {

    private static final int MANY = 20;
    private static final long LIFE_MS = 3_600_000;

    private final Vertx vertx = Vertx.vertx();
    private final Set<Object> timers = ConcurrentHashMap.newKeySet();
    private final Semaphore cancelled = new Semaphore(0);
    private int port;

    @BeforeEach
    void serve() throws Exception {
        WebServer server =
                new WebServer(
                        counting(),
                        null,
                        new HostRule(List.of()),
                        Tokens.of("the-token-of-the-home-0123456789abcdef", new Actor.User("ann")),
                        new Sessions(() -> 0),
                        Routing.of(List.of()),
                        (socket, ageMs) -> {},
                        (route, status, nanos) -> {},
                        new Visitors(WebServerTest.ROOM, LIFE_MS, connection -> "192.0.2.1"),
                        new Handshakes(new Strangers(Handshakes.BOUNDS), address -> null));
        port = server.start("127.0.0.1", 0).await(20, TimeUnit.SECONDS);
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().await(20, TimeUnit.SECONDS);
    }

    @Test
    void aConnectionThatIsClosedLeavesNoTimer() throws Exception {
        for (int i = 0; i < MANY; i++) {
            new Socket(InetAddress.getLoopbackAddress(), port).close();
        }
        expectNone();
    }

    @Test
    void aSocketThatIsSomebodyElsesLeavesNoTimer() throws Exception {
        WebSocketClient client = vertx.createWebSocketClient();
        for (int i = 0; i < MANY; i++) {
            client.connect(
                            new WebSocketConnectOptions()
                                    .setHost("127.0.0.1")
                                    .setPort(port)
                                    .setURI("/peer")
                                    .setAllowOriginHeader(false))
                    .await(20, TimeUnit.SECONDS);
        }
        expectNone();
    }

    /** Two a connection. */
    private void expectNone() throws InterruptedException {
        assertTrue(cancelled.tryAcquire(2 * MANY, 20, TimeUnit.SECONDS), timers + " are left");
        assertTrue(timers.isEmpty(), timers + " are left");
    }

    private Vertx counting() {
        return (Vertx)
                Proxy.newProxyInstance(
                        Vertx.class.getClassLoader(),
                        new Class<?>[] {Vertx.class},
                        (proxy, method, args) -> {
                            Object out;
                            try {
                                out = method.invoke(vertx, args);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                            if (method.getName().equals("setTimer")) {
                                timers.add(out);
                            } else if (method.getName().equals("cancelTimer")
                                    && timers.remove(args[0])) {
                                cancelled.release();
                            }
                            return out;
                        });
    }
}

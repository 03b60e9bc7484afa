package dev.musher.node.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.Actor;
import dev.musher.node.net.Strangers;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who only holds connections takes none from those who are known. */
@Timeout(60)
@Tag("T-D12")
class WebServerTest {

    private static final String TOKEN = "the-token-of-the-home-0123456789abcdef";

    /** Room for all who come in a test. */
    static final Strangers.Bounds ROOM = new Strangers.Bounds(1_000, 1_000, 1_000, 1);

    private static final Strangers.Bounds BOUNDS = new Strangers.Bounds(3, 3, 1_000, 1);
    private static final long LIFE_MS = 1_000;

    private final Vertx vertx = Vertx.vertx();
    private final List<Socket> sockets = new ArrayList<>();
    private int port;

    @BeforeEach
    void serve() throws Exception {
        Route open =
                new Route(
                        HttpMethod.GET,
                        "/open",
                        Route.Access.OPEN,
                        Route.Body.NONE,
                        x -> x.answer(new Answer.Text("text/plain", "open")));
        Route closed = Route.get("/closed", x -> x.answer(new Answer.Text("text/plain", "closed")));
        WebServer server =
                new WebServer(
                        vertx,
                        null,
                        new HostRule(List.of()),
                        Tokens.of(TOKEN, new Actor.User("ann")),
                        new Sessions(() -> 0),
                        Routing.of(List.of(open, closed)),
                        null,
                        (route, status, nanos) -> {},
                        new Visitors(BOUNDS, LIFE_MS, connection -> "192.0.2.1"),
                        new Handshakes(new Strangers(Handshakes.BOUNDS), address -> null));
        port =
                server.start("127.0.0.1", 0)
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get(20, TimeUnit.SECONDS);
    }

    @AfterEach
    void stop() throws Exception {
        for (Socket socket : sockets) {
            socket.close();
        }
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    void strangersOfOnePlaceAreFewAndWhoIsKnownIsNotCounted() throws IOException {
        Socket known = connect();
        assertEquals("HTTP/1.1 200 OK", ask(known, "/closed", TOKEN));
        for (int i = 0; i < BOUNDS.openPerNetwork(); i++) {
            assertEquals("HTTP/1.1 200 OK", ask(connect(), "/open", ""));
        }
        assertEquals("", ask(connect(), "/open", ""), "one more than there is room for");
        assertEquals("HTTP/1.1 200 OK", ask(known, "/closed", TOKEN));
    }

    @Test
    void aStrangerIsEndedWhateverItAsksForAndWhoIsKnownIsNot() throws IOException {
        Socket known = connect();
        assertEquals("HTTP/1.1 200 OK", ask(known, "/open", TOKEN), "a token is a token anywhere");
        Socket stranger = connect();
        long beganNs = System.nanoTime();
        String answer = "HTTP/1.1 200 OK";
        for (int i = 0; !answer.isEmpty(); i++) {
            answer = ask(stranger, i % 2 == 0 ? "/open" : "/closed", i % 2 == 0 ? "" : "wrong");
            long passedMs = (System.nanoTime() - beganNs) / 1_000_000;
            assertTrue(passedMs < 20 * LIFE_MS, "a stranger is kept for ever");
        }
        assertEquals("HTTP/1.1 200 OK", ask(known, "/open", ""), "it was known before");
        assertEquals("HTTP/1.1 200 OK", ask(connect(), "/open", ""), "there is room again");
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(20_000);
        sockets.add(socket);
        return socket;
    }

    /** The first line of the answer; empty where the connection was closed instead. */
    private static String ask(Socket socket, String path, String token) throws IOException {
        String line = token.isEmpty() ? "" : "Authorization: Bearer " + token + "\r\n";
        String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + line + "\r\n";
        StringBuilder head = new StringBuilder();
        try {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            while (head.indexOf("\r\n\r\n") < 0) {
                int next = in.read();
                if (next < 0) {
                    return "";
                }
                head.append((char) next);
            }
            String length = head.toString().replaceAll("(?is).*content-length: (\\d+).*", "$1");
            in.readNBytes(Integer.parseInt(length));
        } catch (java.net.SocketException reset) {
            return "";
        }
        return head.substring(0, head.indexOf("\r\n"));
    }
}

package dev.musher.node.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.Actor;
import dev.musher.node.net.Strangers;
import dev.musher.node.tls.SelfSigned;
import dev.musher.node.tls.TlsIdentity;
import dev.musher.protocol.sync.Fingerprint;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a server does with TLS, and with those who come without it. */
@Timeout(60)
class TlsServerTest {

    private static final long NOW = 1_700_000_000_000L;

    /** Handshakes of one place at once, and no more for an hour. */
    private static final Strangers.Bounds BOUNDS = new Strangers.Bounds(100, 100, 4, 3_600_000);

    /** What is closed in less has not waited for the machine either, ms. */
    private static final long CLOSED_MS = 5_000;

    private final Vertx vertx = Vertx.vertx();
    private final List<Socket> sockets = new ArrayList<>();
    private final Sessions sessions = new Sessions(() -> NOW);
    private volatile @Nullable String network;
    private WebServer server;
    private int port;

    @BeforeEach
    void serve() throws Exception {
        List<Route> routes = new ArrayList<>(new SignIn(sessions, "/home").routes());
        routes.add(
                new Route(
                        HttpMethod.GET,
                        "/open",
                        Route.Access.OPEN,
                        Route.Body.NONE,
                        x -> x.answer(new Answer.Text("text/plain", "open"))));
        server =
                new WebServer(
                        vertx,
                        certificate(),
                        new HostRule(List.of()),
                        Tokens.of("the-token-of-the-home-0123456789abcdef", new Actor.User("ann")),
                        sessions,
                        Routing.of(routes),
                        null,
                        (route, status, nanos) -> {},
                        new Visitors(WebServerTest.ROOM, 60_000, connection -> null),
                        new Handshakes(new Strangers(BOUNDS), address -> network));
        port = server.start("127.0.0.1", 0).await(20, TimeUnit.SECONDS);
    }

    @AfterEach
    void stop() throws Exception {
        for (Socket socket : sockets) {
            socket.close();
        }
        vertx.close().await(20, TimeUnit.SECONDS);
    }

    @Test
    @Tag("H-20")
    void theCookieOfASignedInBrowserNeverLeavesTls() throws Exception {
        String path = "/login?code=" + sessions.code(new Actor.User("ann"));
        String head = ask(tls(), path);
        assertTrue(head.startsWith("HTTP/1.1 303 "), head);
        String cookie =
                head.lines()
                        .filter(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith("set-c"))
                        .findFirst()
                        .orElseThrow();
        List<String> attributes = List.of(cookie.split("; "));
        assertTrue(attributes.contains("Secure"), cookie);
        assertTrue(attributes.contains("HTTPOnly"), cookie);
        assertTrue(attributes.contains("SameSite=Strict"), cookie);
    }

    @Test
    void anotherCertificateIsShownFromThenOnAndOpenConnectionsStay() throws Exception {
        SSLSocket before = tls();
        assertTrue(ask(before, "/open").startsWith("HTTP/1.1 200 "));
        TlsIdentity renewed = certificate();
        assertFalse(renewed.fingerprint().equals(shown(before)));
        server.show(renewed).await(20, TimeUnit.SECONDS);
        SSLSocket after = tls();
        assertEquals(renewed.fingerprint(), shown(after));
        assertTrue(ask(after, "/open").startsWith("HTTP/1.1 200 "));
        assertTrue(ask(before, "/open").startsWith("HTTP/1.1 200 "), "it was cut");
    }

    @Test
    @Tag("T-D12")
    void whoSpeaksNoTlsIsClosedSoonAndDoesNoHarm() throws Exception {
        long beganNs = System.nanoTime();
        Socket plain = connect();
        plain.getOutputStream()
                .write("GET /open HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(ASCII));
        String answer = new String(untilClosed(plain), StandardCharsets.ISO_8859_1);
        assertFalse(answer.contains("HTTP/"), "answered without TLS: " + answer);
        assertTrue(System.nanoTime() - beganNs < CLOSED_MS * 1_000_000, "closed too late");
        assertTrue(ask(tls(), "/open").startsWith("HTTP/1.1 200 "));
    }

    @Test
    @Tag("T-D12")
    void handshakesOfOnePlaceAreFewAndOthersAreServed() throws Exception {
        network = "192.0.2.1";
        for (int i = 0; i < BOUNDS.burst(); i++) {
            assertTrue(ask(tls(), "/open").startsWith("HTTP/1.1 200 "));
        }
        assertThrows(IOException.class, this::tls, "one more than there is room for");
        server.show(certificate()).await(20, TimeUnit.SECONDS);
        assertThrows(IOException.class, this::tls, "another certificate is no fresh start");
        Socket silent = connect();
        assertEquals(0, untilClosed(silent).length, "it is closed before a byte was read");
        network = "192.0.2.2";
        assertTrue(ask(tls(), "/open").startsWith("HTTP/1.1 200 "));
    }

    @Test
    @Tag("T-D12")
    void aHandshakeThatIsOverLeavesItsPlace() throws Exception {
        Strangers.Bounds one = new Strangers.Bounds(1, 1, 1_000, 1);
        WebServer narrow =
                new WebServer(
                        vertx,
                        certificate(),
                        new HostRule(List.of()),
                        Tokens.of("the-token-of-the-home-0123456789abcdef", new Actor.User("ann")),
                        sessions,
                        Routing.of(new SignIn(sessions, "/home").routes()),
                        null,
                        (route, status, nanos) -> {},
                        new Visitors(WebServerTest.ROOM, 60_000, connection -> null),
                        new Handshakes(new Strangers(one), address -> "192.0.2.1"));
        port = narrow.start("127.0.0.1", 0).await(20, TimeUnit.SECONDS);
        SSLSocket stays = tls();
        assertTrue(ask(stays, "/").startsWith("HTTP/1.1 404 "), "its handshake is over");
        assertTrue(ask(tls(), "/").startsWith("HTTP/1.1 404 "));
        Socket silent = connect();
        assertEquals(0, untilClosed(silent).length, "it ends with nothing said");
        assertTrue(ask(tls(), "/").startsWith("HTTP/1.1 404 "), "what broke off left its place");
    }

    private static final java.nio.charset.Charset ASCII = StandardCharsets.US_ASCII;

    private static TlsIdentity certificate() {
        return SelfSigned.make(List.of("127.0.0.1"), NOW, new SecureRandom());
    }

    private static Fingerprint shown(SSLSocket socket) throws IOException {
        return TlsIdentity.fingerprint(socket.getSession().getPeerCertificates()[0]);
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(20_000);
        sockets.add(socket);
        return socket;
    }

    /** A connection past the handshake, which believes any certificate. */
    private SSLSocket tls() throws IOException, GeneralSecurityException {
        SSLContext context = SSLContext.getInstance(TlsIdentity.VERSION);
        context.init(null, new TrustManager[] {new Believing()}, null);
        SSLSocket socket =
                (SSLSocket)
                        context.getSocketFactory().createSocket(connect(), "127.0.0.1", port, true);
        sockets.add(socket);
        socket.startHandshake();
        return socket;
    }

    /** The head of the answer; the body is read too. */
    private static String ask(SSLSocket socket, String path) throws IOException {
        String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(ASCII));
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("closed after: " + head);
            }
            head.append((char) next);
        }
        String length = head.toString().replaceAll("(?is).*content-length: (\\d+).*", "$1");
        in.readNBytes(Integer.parseInt(length));
        return head.toString();
    }

    /** What comes until the other end closes; a reset is an end. */
    private static byte[] untilClosed(Socket socket) throws IOException {
        try {
            return socket.getInputStream().readAllBytes();
        } catch (SocketException reset) {
            return new byte[0];
        }
    }

    private static final class Believing implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}

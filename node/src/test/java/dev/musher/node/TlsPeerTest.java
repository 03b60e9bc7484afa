package dev.musher.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.musher.crdt.change.ChangeId;
import dev.musher.node.http.Backend;
import dev.musher.node.link.PeerSockets;
import dev.musher.node.replica.Input;
import dev.musher.node.replica.PeerView;
import dev.musher.node.replica.Published;
import dev.musher.node.tls.TlsIdentity;
import dev.musher.protocol.crypto.Ed25519Verifier;
import dev.musher.protocol.sync.Fingerprint;
import dev.musher.protocol.sync.FrameOpener;
import dev.musher.protocol.sync.Invite;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import java.net.Inet4Address;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Links over TLS on real sockets: nobody between two nodes is believed, whatever certificate it
 * shows, and nobody talks them out of TLS.
 */
class TlsPeerTest {

    private static final long WAIT_S = 60;

    @TempDir Path folder;

    private Running nodes;
    private Vertx vertx;
    private WebSocketClient client;

    @BeforeEach
    void begin() {
        nodes = new Running(folder);
        vertx = Vertx.vertx();
        client =
                vertx.createWebSocketClient(
                        new WebSocketClientOptions().setTrustAll(true).setVerifyHost(false));
    }

    @AfterEach
    void end() throws Exception {
        nodes.close();
        got(vertx.close());
    }

    @Test
    @Tag("H-20")
    void twoNodesAtAnAddressThatOthersReachBringTheirWorkTogether() throws Exception {
        String own =
                NetworkInterface.networkInterfaces()
                        .flatMap(NetworkInterface::inetAddresses)
                        .filter(a -> a instanceof Inet4Address && !a.isLoopbackAddress())
                        .map(a -> a.getHostAddress())
                        .findFirst()
                        .orElse("");
        assumeTrue(!own.isEmpty(), "this machine has no address besides the loopback");
        Node a = nodes.start("a", Map.of("http", own + ":0", "project", "demo"));
        assertEquals("https", a.http().getScheme());
        assertTrue(a.readyLine().endsWith(" certificate=" + a.certificate()), a.readyLine());
        Invite invite = Invite.parse(Running.invite(a));
        assertEquals(List.of("wss://" + own + ":" + a.http().getPort()), invite.addresses());
        assertEquals(a.certificate(), invite.certificate());
        Running.create(a, "before");
        Node b = nodes.start("b", Map.of("http", "0.0.0.0:0", "join", invite.text()));
        Running.await(b, Published::ready);
        Running.create(b, "from b");
        Running.await(a, p -> p.items().size() == 2 && !p.digest().isEmpty());
        Running.await(b, p -> p.digest().equals(a.published().digest()));
        // After a restart without the invite b is found again, and finds a.
        b.close();
        Running.create(a, "while b was away");
        Node again = nodes.start("b", Map.of("http", "0.0.0.0:0"));
        Running.await(again, p -> p.items().size() == 3);
    }

    @Test
    @Tag("T-D1")
    void whoIsBetweenWithAnotherCertificateIsNeverBelieved() throws Exception {
        Node a = nodes.startTls("a", Map.of("project", "demo"));
        String link = Running.invite(a);
        int before = a.published().members().size();
        int port = a.http().getPort();
        Between between = new Between(port);
        String lured = Running.leadingTo(link, "wss://127.0.0.1:" + between.port);
        Node b = nodes.start("b", Map.of("join", lured));
        for (int attempt = 0; attempt < 3; attempt++) {
            assertNotNull(between.ended.poll(WAIT_S, TimeUnit.SECONDS));
        }
        assertFalse(b.published().ready());
        assertEquals(before, a.published().members().size(), "nobody came in");
        assertTrue(refused(a, "stranger") >= 3, a.driver().counters().counters().toString());
        assertTrue(between.heard.size() >= 2, "both hellos went through");
        // What was said to the one between serves nowhere else.
        WebSocket thief = got(client.connect(to(port)));
        CompletableFuture<Void> closed = new CompletableFuture<>();
        thief.closeHandler(gone -> closed.complete(null));
        between.heard.forEach(thief::writeBinaryMessage);
        closed.get(WAIT_S, TimeUnit.SECONDS);
        // With the way free the same invite serves: nothing but the one between was wrong.
        b.close();
        String direct = Running.leadingTo(link, "wss://127.0.0.1:" + port);
        Running.await(nodes.start("c", Map.of("join", direct)), Published::ready);
        assertEquals(before + 1, a.published().members().size());
    }

    @Test
    @Tag("T-D1")
    void whoeverPassesTheBytesOnUnreadDoesNoHarm() throws Exception {
        Node a = nodes.startTls("a", Map.of("project", "demo"));
        NetClient out = vertx.createNetClient();
        NetServer passes =
                got(
                        vertx.createNetServer()
                                .connectHandler(in -> {
                                    in.pause();
                                    out.connect(a.http().getPort(), "127.0.0.1")
                                            .onSuccess(there -> {
                                                in.pipeTo(there);
                                                there.pipeTo(in);
                                                in.resume();
                                            });
                                })
                                .listen(0, "127.0.0.1"));
        String link =
                Running.leadingTo(Running.invite(a), "wss://127.0.0.1:" + passes.actualPort());
        Running.await(nodes.start("b", Map.of("join", link)), Published::ready);
    }

    @Test
    @Tag("H-20")
    void aRenewedCertificateIsShownWithoutARestartAndPeersComeBack() throws Exception {
        Node a = nodes.startTls("a", Map.of("project", "demo"));
        Node b = nodes.start("b", Map.of("join", Running.invite(a)));
        Running.await(b, Published::ready);
        TlsIdentity renewed = Running.certificate();
        Files.writeString(folder.resolve("a.pem"), renewed.pem());
        assertEquals(
                new Backend.Told.Done(""),
                a.backend().rotate().toCompletableFuture().get(WAIT_S, TimeUnit.SECONDS));
        assertEquals(renewed.fingerprint(), a.certificate(), "what commands and invites name");
        // Who asks at the same moment may still see the other one.
        long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_S);
        while (!renewed.fingerprint().equals(shown(a)) && System.nanoTime() < endNs) {
            Thread.onSpinWait();
        }
        assertEquals(renewed.fingerprint(), shown(a));
        Running.create(b, "after");
        Running.await(a, p -> p.items().size() == 1);
    }

    @Test
    @Tag("T-D1")
    void theFirstContactByAnInviteIsWithItsCertificateAlone() throws Exception {
        Node a = nodes.startTls("a", Map.of("project", "demo"));
        Between between = new Between(a.http().getPort());
        String told = dial("wss://127.0.0.1:" + between.port, a.certificate());
        assertTrue(told.contains("not the invite's"), told);
        assertNotNull(between.ended.poll(WAIT_S, TimeUnit.SECONDS));
        assertTrue(between.heard.isEmpty(), "not a word is said to it");
    }

    @Test
    @Tag("T-D1")
    void whatIsReflectedIsRefused() throws Exception {
        Node a = nodes.startTls("a", Map.of("project", "demo"));
        CompletableFuture<Void> ended = new CompletableFuture<>();
        int mirror =
                serve(socket -> {
                    socket.binaryMessageHandler(socket::writeBinaryMessage);
                    socket.closeHandler(gone -> ended.complete(null));
                });
        String address = "wss://127.0.0.1:" + mirror;
        a.driver().addPeer(address).toCompletableFuture().get(WAIT_S, TimeUnit.SECONDS);
        ended.get(WAIT_S, TimeUnit.SECONDS);
        Running.await(a, p -> p.peers().stream().noneMatch(peer -> peer.address().equals(address)));
        assertTrue(refused(a, "self") >= 1, a.driver().counters().counters().toString());
    }

    @Test
    @Tag("T-D6")
    void nobodyTalksANodeBackToSocketsWithoutTls() throws Exception {
        Node a = nodes.startTls("a", Map.of("project", "demo"));
        Node b = nodes.start("b", Map.of("join", Running.invite(a)));
        Running.await(b, Published::ready);
        String plain = "127.0.0.1:" + a.http().getPort();
        Driver.Told told =
                b.driver().addPeer(plain).toCompletableFuture().get(WAIT_S, TimeUnit.SECONDS);
        assertEquals("invalid", told.code());
        assertTrue(told.text().contains("known with TLS"), told.text());
        assertTrue(b.published().peers().stream().map(PeerView::address).noneMatch(plain::equals));
        for (String other : List.of("192.0.2.1:1", "node.example:1", "[fd00::1]:1")) {
            assertTrue(dial(other, null).contains("over TLS only"), other);
        }
    }

    @Test
    void eachSideIsToldWhatTheOtherSpeaks() throws Exception {
        Node tls = nodes.startTls("a", Map.of());
        Node plain = nodes.start("b", Map.of());
        int port = tls.http().getPort();
        String told = dial("127.0.0.1:" + port, null);
        assertTrue(told.contains("wss://127.0.0.1:" + port), told);
        told = dial("wss://127.0.0.1:" + plain.http().getPort(), null);
        assertTrue(told.contains("speak no TLS"), told);
    }

    /** What a dial to an address is told; it must fail. */
    private String dial(String address, @Nullable Fingerprint certificate) throws Exception {
        CompletableFuture<Input> answered = new CompletableFuture<>();
        FrameOpener opener =
                new FrameOpener(new Ed25519Verifier(), ChangeId.of(new byte[32]), change -> false);
        PeerSockets sockets = new PeerSockets(vertx, opener, answered::complete);
        sockets.dial(address, certificate);
        Input told = answered.get(WAIT_S, TimeUnit.SECONDS);
        sockets.stop();
        return assertInstanceOf(Input.DialFailed.class, told, address).why();
    }

    private Fingerprint shown(Node node) throws Exception {
        WebSocket socket = got(client.connect(to(node.http().getPort())));
        return TlsIdentity.fingerprint(socket.sslSession().getPeerCertificates()[0]);
    }

    private static long refused(Node node, String reason) {
        return node.driver()
                .counters()
                .counters()
                .getOrDefault("peer_sessions_ended{reason=\"" + reason + "\"}", 0L);
    }

    private int serve(Handler<ServerWebSocket> handler) throws Exception {
        HttpServer server =
                vertx.createHttpServer(
                        new HttpServerOptions()
                                .setSsl(true)
                                .setKeyCertOptions(
                                        Running.certificate().options().getKeyCertOptions()));
        server.webSocketHandler(handler);
        return got(server.listen(0, "127.0.0.1")).actualPort();
    }

    private static WebSocketConnectOptions to(int port) {
        return new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(port)
                .setURI("/peer")
                .setSsl(true)
                .setAllowOriginHeader(false);
    }

    private static <T> T got(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(WAIT_S, TimeUnit.SECONDS);
    }

    /** Speaks TLS to both ends, each with its own keys, and passes every frame on. */
    private final class Between {
        final BlockingQueue<String> ended = new LinkedBlockingQueue<>();

        /** The frames of the last who dialled. */
        final List<Buffer> heard = new CopyOnWriteArrayList<>();

        final int port;

        Between(int target) throws Exception {
            port = serve(in -> pass(in, target));
        }

        private void pass(ServerWebSocket in, int target) {
            heard.clear();
            in.pause();
            in.closeHandler(gone -> ended.add("closed"));
            client.connect(to(target))
                    .onSuccess(out -> {
                        if (in.isClosed()) {
                            out.close();
                            return;
                        }
                        in.binaryMessageHandler(frame -> {
                            heard.add(frame);
                            out.writeBinaryMessage(frame);
                        });
                        out.binaryMessageHandler(in::writeBinaryMessage);
                        out.closeHandler(gone -> in.close());
                        in.resume();
                    });
        }
    }
}

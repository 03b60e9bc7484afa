package dev.musher.node;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.Origin;
import dev.musher.crdt.change.Value;
import dev.musher.node.link.PeerSockets;
import dev.musher.node.replica.Input;
import dev.musher.protocol.codec.FrameLimits;
import dev.musher.protocol.crypto.Ed25519Verifier;
import dev.musher.protocol.json.Command;
import dev.musher.protocol.json.Outcome;
import dev.musher.protocol.sync.FrameOpener;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sockets to {@code /peer} by somebody who is no peer: they are ended, and the node works on. */
class PeerSocketTest {

    /** Five seconds of the handshake, and what a loaded machine adds. */
    private static final long CLOSED_S = 40;

    @TempDir Path folder;

    private static final ChangeId PROJECT = ChangeId.of(new byte[32]);

    private Vertx vertx;
    private WebSocketClient client;
    private Node node;

    @BeforeEach
    void start() {
        node = NodeMain.start(NodeConfig.of(folder.resolve("home")));
        vertx = Vertx.vertx();
        client =
                vertx.createWebSocketClient(
                        new WebSocketClientOptions()
                                .setMaxFrameSize(4 << 20)
                                .setMaxMessageSize(4 << 20)
                                .setMaxConnections(1_000)
                                .setTryUsePerMessageCompression(true));
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        node.close();
    }

    @Test
    void namesThatNobodyHasAreDialledInVain() throws Exception {
        for (String address :
                List.of(
                        "no-such-host.invalid:1",
                        "999.999.999.999:1",
                        "1.2.3:1",
                        "0:1",
                        "_:1",
                        "a--b.invalid:65535",
                        "[::1]:1",
                        "[1:2:3:4:5:6:7:8:9]:1",
                        "[fe80::1%none0]:1")) {
            CompletableFuture<Object> answered = new CompletableFuture<>();
            FrameOpener opener = new FrameOpener(new Ed25519Verifier(), PROJECT, id -> false);
            PeerSockets sockets = new PeerSockets(vertx, opener, answered::complete);
            sockets.dial(address, null);
            Object told = answered.get(CLOSED_S, TimeUnit.SECONDS);
            assertInstanceOf(Input.DialFailed.class, told, address);
        }
        requireWorks();
    }

    @Test
    void whoStopsDoesNotWaitForAPeerThatSaysNothing() throws Exception {
        CompletableFuture<Object> connected = new CompletableFuture<>();
        FrameOpener opener = new FrameOpener(new Ed25519Verifier(), PROJECT, id -> false);
        PeerSockets sockets = new PeerSockets(vertx, opener, connected::complete);
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            sockets.dial("127.0.0.1:" + silent.getLocalPort(), null);
            try (Socket peer = silent.accept()) {
                upgrade(peer);
                assertInstanceOf(Input.Connected.class, connected.get(CLOSED_S, TimeUnit.SECONDS));
                sockets.stop();
                // Half of what a closing handshake may take.
                peer.setSoTimeout(5_000);
                peer.getInputStream().readAllBytes();
            }
        }
    }

    /** Answers the request of a client as RFC 6455 says. */
    private static void upgrade(Socket peer) throws Exception {
        BufferedReader in =
                new BufferedReader(
                        new InputStreamReader(peer.getInputStream(), StandardCharsets.US_ASCII));
        String key = "";
        for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
            if (line.toLowerCase(Locale.ROOT).startsWith("sec-websocket-key:")) {
                key = line.substring(line.indexOf(':') + 1).strip();
            }
        }
        byte[] sha1 =
                MessageDigest.getInstance("SHA-1")
                        .digest(
                                (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
                                        .getBytes(StandardCharsets.US_ASCII));
        peer.getOutputStream()
                .write(
                        ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                                        + "Connection: Upgrade\r\nSec-WebSocket-Accept: "
                                        + Base64.getEncoder().encodeToString(sha1)
                                        + "\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void randomBytesEndTheSocket() throws Exception {
        Random random = new Random(3);
        for (int size : new int[] {0, 1, 2, 17, 300, 5_000}) {
            byte[] bytes = new byte[size];
            random.nextBytes(bytes);
            Open open = open();
            open.socket().writeBinaryMessage(Buffer.buffer(bytes));
            open.closed().get(CLOSED_S, TimeUnit.SECONDS);
        }
        requireWorks();
    }

    @Test
    void textEndsTheSocket() throws Exception {
        Open open = open();
        open.socket().writeTextMessage("hello");
        open.closed().get(CLOSED_S, TimeUnit.SECONDS);
        requireWorks();
    }

    @Test
    @Tag("T-D1")
    @Tag("T-D12")
    void aStrangerSendsNoMoreThanSixtyFourKilobytes() throws Exception {
        for (int size :
                new int[] {FrameLimits.HANDSHAKE_FRAME_BYTES + 1, FrameLimits.FRAME_BYTES + 1}) {
            Open open = open();
            open.socket().writeBinaryMessage(Buffer.buffer(new byte[size]));
            open.closed().get(CLOSED_S, TimeUnit.SECONDS);
        }
        requireWorks();
    }

    @Test
    @Tag("T-D12")
    void aSilentStrangerIsClosed() throws Exception {
        open().closed().get(CLOSED_S, TimeUnit.SECONDS);
        requireWorks();
    }

    @Test
    @Tag("T-D12")
    void strangersOfOneAddressAreBounded() throws Exception {
        List<Open> sockets = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            sockets.add(open());
            assertTrue(node.driver().sockets().size() <= 32);
        }
        for (Open each : sockets) {
            each.closed().get(CLOSED_S, TimeUnit.SECONDS);
        }
        requireWorks();
    }

    @Test
    @Tag("T-D1")
    @Tag("T-D12")
    void whoeverGoesBeforeAnybodyListensIsNotCountedForEver() throws Exception {
        byte[] upgrade = upgrade().getBytes(StandardCharsets.US_ASCII);
        byte[] nonsense = {(byte) 0xc2, (byte) 0x81, 0, 0, 0, 0, 0};
        for (int i = 0; i < 300; i++) {
            try (Socket raw = new Socket("127.0.0.1", node.http().getPort())) {
                raw.getOutputStream().write(upgrade);
                if (i % 3 == 0) {
                    raw.getOutputStream().write(nonsense);
                }
                if (i % 3 == 1) {
                    raw.setSoLinger(true, 0);
                }
            }
        }
        long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(2 * CLOSED_S);
        while (node.driver().sockets().size() > 0) {
            assertTrue(System.nanoTime() < endNs, node.driver().sockets().size() + " are left");
            LockSupport.parkNanos(1_000_000);
        }
        open().closed().get(CLOSED_S, TimeUnit.SECONDS);
        requireWorks();
    }

    @Test
    @Tag("T-D12")
    void socketsThatCameAndWentLeaveRoomForRequests() throws Exception {
        for (int i = 0; i < 2_200; i++) {
            try (Socket raw = new Socket("127.0.0.1", node.http().getPort())) {
                raw.getOutputStream().write(upgrade().getBytes(StandardCharsets.US_ASCII));
                int first = raw.getInputStream().read();
                assertTrue(first == 'H', "no answer to request " + i);
            }
        }
        requireWorks();
    }

    @Test
    @Tag("T-D13")
    void compressionIsNotNegotiated() throws Exception {
        assertNull(open().socket().headers().get("Sec-WebSocket-Extensions"));
    }

    @Test
    @Tag("T-E1")
    void aBrowserHasNoBusinessThere() {
        WebSocketConnectOptions browser = options().setAllowOriginHeader(true);
        ExecutionException refused =
                assertThrows(
                        ExecutionException.class,
                        () ->
                                client.connect(browser)
                                        .toCompletionStage()
                                        .toCompletableFuture()
                                        .get(CLOSED_S, TimeUnit.SECONDS));
        assertTrue(String.valueOf(refused.getMessage()).contains("403"), refused.getMessage());
    }

    private String upgrade() {
        return "GET /peer HTTP/1.1\r\nHost: 127.0.0.1:"
                + node.http().getPort()
                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                + "Sec-WebSocket-Version: 13\r\n\r\n";
    }

    private WebSocketConnectOptions options() {
        return new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(node.http().getPort())
                .setURI("/peer")
                .setAllowOriginHeader(false);
    }

    /** A socket whose end is seen from the beginning. */
    private record Open(WebSocket socket, CompletableFuture<Void> closed) {}

    private Open open() throws Exception {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        ClientWebSocket socket = client.webSocket();
        socket.exceptionHandler(fault -> {});
        socket.closeHandler(gone -> closed.complete(null));
        WebSocket opened =
                socket.connect(options())
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get(CLOSED_S, TimeUnit.SECONDS);
        return new Open(opened, closed);
    }

    private void requireWorks() throws Exception {
        Command create =
                new Command.Create(
                        new Origin(Origin.Kind.TEST, "test", 1),
                        new TreeMap<>(
                                Map.of(
                                        Field.NAME,
                                        new Value.Text("still here"),
                                        Field.TYPE,
                                        new Value.Text("story"))),
                        new TreeMap<>());
        List<Outcome> outcomes =
                node.driver()
                        .submit(new Actor.User("ann"), List.of(create), null)
                        .toCompletableFuture()
                        .get(CLOSED_S, TimeUnit.SECONDS);
        assertInstanceOf(Outcome.Done.class, outcomes.getFirst());
    }
}

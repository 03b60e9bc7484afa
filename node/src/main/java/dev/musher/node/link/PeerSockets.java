package dev.musher.node.link;

import dev.musher.node.net.Network;
import dev.musher.node.net.Strangers;
import dev.musher.node.replica.Input;
import dev.musher.node.tls.TlsIdentity;
import dev.musher.protocol.codec.FrameLimits;
import dev.musher.protocol.sync.Fingerprint;
import dev.musher.protocol.sync.FrameOpener;
import dev.musher.protocol.sync.PeerAddress;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketBase;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.internal.http.WebSocketInternal;
import io.vertx.core.net.SocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Every peer socket of a node. Inputs go to the consumer given; the effects of the replica come in
 * by {@link #send}, {@link #close}, {@link #dial} and {@link #trusted}. All methods may be called
 * from any thread and none blocks.
 *
 * <p>Bounds: no compression is offered or taken (a frame of 58 KB inflates to 60 MB past every
 * limit); messages as {@link Messages} takes them; a few messages of a socket wait for the core,
 * then nothing is read from it; idle sockets are closed; {@link Strangers} are few. A socket that
 * is to end and whose other side does not read is cut off.
 */
public final class PeerSockets {

    /** Path of peer sockets. */
    public static final String PATH = "/peer";

    /** Frames of one socket that wait for the core: with frames of 1 MiB half of a peer's bound. */
    private static final int MESSAGES_WAITING = 4;

    /** From when a socket is closed until it is cut off, ms: so long it has to read its end. */
    private static final long CUT_MS = 2_000;

    /** The same of a stranger, who is told nothing. */
    private static final long CUT_STRANGER_MS = 200;

    /**
     * From the connect until a stranger has proved who it is, ms; less than the 5 s of the protocol
     * by what it takes to notice and to cut. However slowly it asked for the socket is its own
     * time.
     */
    private static final long STRANGER_MS = 4_700;

    private static final int CONNECT_MS = 5_000;
    private static final int IDLE_SECONDS = 60;

    /** A quiet link is kept open, and a dead one noticed, by a ping this often, ms. */
    private static final long PING_MS = 20_000;

    /** Dialled sockets have shown no proof yet: a few of them, and 20 more a second. */
    private static final Strangers.Bounds STRANGERS = new Strangers.Bounds(32, 256, 128, 50);

    private static final int WRITE_QUEUE_BYTES = 256 * 1024;

    private static final Buffer NOTHING = Buffer.buffer();

    private final Vertx vertx;
    private final long pings;
    private final Consumer<Input> inbox;
    private final Openings openings;
    private final WebSocketClient client;
    private final SecureRandom random = new SecureRandom();
    private final AtomicLong numbers = new AtomicLong();
    private final Map<Long, Socket> sockets = new ConcurrentHashMap<>();
    private final Strangers strangers = new Strangers(STRANGERS);

    private static final class Socket {
        final long number;
        final WebSocketBase socket;
        final @Nullable String strangerFrom;
        final Messages messages = new Messages();
        volatile boolean trusted;
        volatile boolean ending;

        /** Of the timer that ends a stranger; it holds the socket in memory until cancelled. */
        volatile long late = -1;

        Socket(long number, WebSocketBase socket, @Nullable String strangerFrom) {
            this.number = number;
            this.socket = socket;
            this.strangerFrom = strangerFrom;
            this.trusted = strangerFrom == null;
        }
    }

    /**
     * Sockets that tell {@code inbox} what happens; it is called on event loops and on the thread
     * that opens frames, and must not block.
     *
     * @param opener of these sockets alone
     */
    public PeerSockets(Vertx vertx, FrameOpener opener, Consumer<Input> inbox) {
        this.vertx = vertx;
        this.inbox = inbox;
        this.openings = new Openings(opener::open, inbox);
        this.pings =
                vertx.setPeriodic(
                        PING_MS, due -> sockets.values().forEach(s -> s.socket.writePing(NOTHING)));
        this.client =
                vertx.createWebSocketClient(
                        new WebSocketClientOptions()
                                .setTryUsePerFrameCompression(false)
                                .setTryUsePerMessageCompression(false)
                                .setMaxFrameSize(Messages.FRAGMENT_BYTES)
                                .setMaxMessageSize(FrameLimits.FRAME_BYTES)
                                .setMaxConnections(1_000)
                                .setConnectTimeout(CONNECT_MS)
                                // Whose certificate it is says the handshake, not an authority.
                                .setTrustAll(true)
                                .setVerifyHost(false)
                                .setEnabledSecureTransportProtocols(Set.of(TlsIdentity.VERSION))
                                .setSslHandshakeTimeout(CONNECT_MS)
                                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                                .setIdleTimeout(IDLE_SECONDS)
                                .setIdleTimeoutUnit(TimeUnit.SECONDS));
    }

    /**
     * Takes a socket that came to {@link #PATH}; Host and Origin were checked by the server.
     *
     * @param ageMs since it connected
     */
    public void accept(ServerWebSocket socket, long ageMs) {
        SocketAddress remote = socket.remoteAddress();
        String host = remote == null ? "unknown" : Network.of(String.valueOf(remote.hostAddress()));
        if (!strangers.came(host, monotonicMs())) {
            // Told nothing: an outsider learns no more than that the port is open.
            cut(socket);
            return;
        }
        open(
                socket,
                false,
                remote == null ? "unknown" : remote.toString(),
                host,
                socket.isSsl() ? channel(socket, false) : "",
                ageMs);
    }

    /**
     * Opens a socket to a {@link PeerAddress}; what is none cannot be dialled, and is told so. Nor
     * is another machine without TLS, whoever named it.
     *
     * @param certificate the only one that may answer; null for any: the handshake, which names the
     *     one that did, tells who it is
     */
    public void dial(String address, @Nullable Fingerprint certificate) {
        PeerAddress at = PeerAddress.parse(address);
        if (at == null || !at.secure() && !at.loopback()) {
            inbox.accept(
                    new Input.DialFailed(
                            address,
                            at == null
                                    ? "neither wss://HOST:PORT nor HOST:PORT"
                                    : "another machine is dialled over TLS only: remove this peer"
                                            + " and add wss://"
                                            + at));
            return;
        }
        WebSocketConnectOptions to =
                new WebSocketConnectOptions()
                        .setHost(at.host())
                        .setPort(at.port())
                        .setURI(PATH)
                        .setSsl(at.secure())
                        .setAllowOriginHeader(false);
        to.setTimeout(CONNECT_MS);
        client.connect(to)
                .onSuccess(socket -> dialled(socket, address, certificate))
                .onFailure(why -> inbox.accept(new Input.DialFailed(address, fault(at, why))));
    }

    private void dialled(WebSocketBase socket, String address, @Nullable Fingerprint expected) {
        String shown = socket.isSsl() ? channel(socket, true) : "";
        if (expected != null && !expected.hex().equals(shown)) {
            cut(socket);
            inbox.accept(
                    new Input.DialFailed(
                            address,
                            "the certificate there is not the invite's: another answers in its"
                                    + " place, or it was renewed; ask for a fresh link"));
            return;
        }
        open(socket, true, address, null, shown, 0);
    }

    /** Why a dial came to nothing, with the next step where the other side speaks otherwise. */
    private static String fault(PeerAddress at, Throwable why) {
        String text = String.valueOf(why.getMessage());
        if (why instanceof SocketException || why instanceof UnknownHostException) {
            // Nobody was reached, so there is nothing to say of what is spoken there.
            return text;
        }
        return at.secure()
                ? text + ": a node that listens there may speak no TLS, or serve another name"
                : text + ": if a node listens there with TLS, dial wss://" + at;
    }

    /** The certificate under which the accepter of a socket over TLS answered, as text. */
    private static String channel(WebSocketBase socket, boolean dialled) {
        SSLSession session = socket.sslSession();
        Certificate[] chain;
        try {
            chain = dialled ? session.getPeerCertificates() : session.getLocalCertificates();
        } catch (SSLPeerUnverifiedException e) {
            throw new IllegalStateException("TLS without a certificate", e);
        }
        return TlsIdentity.fingerprint(chain[0]).hex();
    }

    /** Sends one message, answered with {@link Input.Sent} when it left and there is room again. */
    public void send(long link, byte[] bytes) {
        Socket to = sockets.get(link);
        if (to == null || to.socket.isClosed()) {
            return;
        }
        to.socket
                .writeBinaryMessage(Buffer.buffer(bytes))
                .onSuccess(left -> inbox.accept(new Input.Sent(link)));
    }

    /** Closes a socket. */
    public void close(long link, String why) {
        Socket open = sockets.get(link);
        if (open != null) {
            // The reason is for the log of this side; the other is told by the last frame, if at
            // all.
            end(open);
        }
    }

    /** The other end of a link has proved who it is: it counts as a stranger no longer. */
    public void trusted(long link) {
        Socket open = sockets.get(link);
        if (open != null && !open.trusted) {
            open.trusted = true;
            strangerLeft(open);
        }
    }

    /** A frame of this link was taken in: another may be read. */
    public void taken(long link) {
        Socket open = sockets.get(link);
        if (open != null) {
            open.socket.fetch(1);
        }
    }

    /** Sockets that are open. */
    public int size() {
        return sockets.size();
    }

    /**
     * Closes everything. The other ends are told and not waited for: a socket that is still open
     * when the event loops end is closed by their ruin, which says so at length.
     */
    public void stop() {
        vertx.cancelTimer(pings);
        for (Socket open : sockets.values()) {
            open.ending = true;
            open.socket.close();
            cut(open.socket);
        }
        client.close();
        openings.stop();
    }

    private void open(
            WebSocketBase socket,
            boolean outgoing,
            String address,
            @Nullable String stranger,
            String channel,
            long ageMs) {
        long number = numbers.incrementAndGet();
        Socket open = new Socket(number, socket, stranger);
        sockets.put(number, open);
        byte[] nonce = new byte[32];
        random.nextBytes(nonce);
        inbox.accept(new Input.Connected(number, outgoing, address, nonce, channel));
        if (stranger != null) {
            open.late = vertx.setTimer(Math.max(1, STRANGER_MS - ageMs), due -> tooLate(open));
        }
        try {
            listen(open);
        } catch (IllegalStateException gone) {
            // It was closed before anybody listened, and tells nobody: else it would count for
            // ever.
            closed(open);
        }
    }

    /** Throws {@link IllegalStateException} where the socket is closed already. */
    private void listen(Socket open) {
        WebSocketBase socket = open.socket;
        socket.setWriteQueueMaxSize(WRITE_QUEUE_BYTES);
        socket.exceptionHandler(fault -> end(open));
        socket.closeHandler(gone -> closed(open));
        Openings.Line line = openings.line(open.number);
        socket.frameHandler(frame -> take(open, line, frame));
        socket.pause();
        socket.fetch(MESSAGES_WAITING);
        if (socket.isClosed()) {
            closed(open);
        }
    }

    private void take(Socket open, Openings.Line line, WebSocketFrame frame) {
        if (open.ending) {
            if (frame.isPing()) {
                // Each is answered before it comes here.
                cut(open.socket);
            }
            return;
        }
        switch (open.messages.take(frame, open.trusted, monotonicMs())) {
            case Messages.Whole whole -> line.take(whole.bytes(), open.trusted);
            case Messages.Part part -> {
                if (part.ofMessage()) {
                    open.socket.fetch(1);
                }
            }
            case Messages.Fault fault -> {
                open.ending = true;
                cut(open.socket);
            }
        }
    }

    private void tooLate(Socket stranger) {
        if (!stranger.trusted && sockets.containsKey(stranger.number)) {
            stranger.ending = true;
            cut(stranger.socket);
        }
    }

    /** Closes a socket; if the other end does not even read that, it is cut off soon after. */
    private void end(Socket open) {
        if (!open.ending) {
            open.ending = true;
            open.socket.close();
            vertx.setTimer(
                    open.trusted ? CUT_MS : CUT_STRANGER_MS,
                    due -> {
                        if (sockets.containsKey(open.number)) {
                            cut(open.socket);
                        }
                    });
        }
    }

    /**
     * Closes the connection without a word. The public interface waits for its own last frame to
     * leave, which it never does where nobody reads.
     */
    private static void cut(WebSocketBase socket) {
        ((WebSocketInternal) socket).channelHandlerContext().close();
    }

    private static long monotonicMs() {
        return System.nanoTime() / 1_000_000;
    }

    private void closed(Socket gone) {
        if (sockets.remove(gone.number) == null) {
            return;
        }
        vertx.cancelTimer(gone.late);
        if (!gone.trusted) {
            strangerLeft(gone);
        }
        String reason = gone.socket.closeReason();
        inbox.accept(
                new Input.Closed(
                        gone.number, reason == null || reason.isEmpty() ? "closed" : reason));
    }

    private void strangerLeft(Socket gone) {
        String from = gone.strangerFrom;
        if (from != null) {
            strangers.left(from);
        }
    }
}

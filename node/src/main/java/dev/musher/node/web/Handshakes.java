package dev.musher.node.web;

import dev.musher.node.net.Strangers;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.ApplicationProtocolNegotiator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.spi.tls.DefaultSslContextFactory;
import io.vertx.core.spi.tls.SslContextFactory;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSessionContext;
import org.jspecify.annotations.Nullable;

/**
 * TLS whose handshakes are counted before they cost anything. One message of 400 bytes takes the
 * server a key agreement and a signature, some 2 ms, and whoever sends nothing else never becomes a
 * connection that {@link Visitors} could count. So a socket for which there is no place is closed
 * before a byte of it is read. Thread safe.
 */
final class Handshakes extends JdkSSLEngineOptions {

    /** At 100 a second from one place it costs less than a quarter of a core. */
    static final Strangers.Bounds BOUNDS = new Strangers.Bounds(64, 1_000, 128, 10);

    private final Strangers strangers;
    private final Function<String, @Nullable String> network;

    /**
     * None are under way.
     *
     * @param network where an address belongs; null for one that is not counted
     */
    Handshakes(Strangers strangers, Function<String, @Nullable String> network) {
        this.strangers = strangers;
        this.network = network;
    }

    @Override
    public Handshakes copy() {
        return this; // nothing in it changes, and all servers of one place count together
    }

    @Override
    public SslContextFactory sslContextFactory() {
        return new DefaultSslContextFactory(SslProvider.JDK, false) {
            @Override
            public SslContext create() throws SSLException {
                return new Counting(super.create());
            }
        };
    }

    private final class Counting extends SslContext {
        private final SslContext all;

        private Counting(SslContext all) {
            this.all = all;
        }

        @Override
        public boolean isClient() {
            return all.isClient();
        }

        @Override
        public List<String> cipherSuites() {
            return all.cipherSuites();
        }

        @Override
        @SuppressWarnings("deprecation") // of what a context must have
        public ApplicationProtocolNegotiator applicationProtocolNegotiator() {
            return all.applicationProtocolNegotiator();
        }

        @Override
        public SSLEngine newEngine(ByteBufAllocator alloc) {
            return all.newEngine(alloc);
        }

        @Override
        public SSLEngine newEngine(ByteBufAllocator alloc, String host, int port) {
            return all.newEngine(alloc, host, port);
        }

        @Override
        public SSLSessionContext sessionContext() {
            return all.sessionContext();
        }

        @Override
        protected SslHandler newHandler(ByteBufAllocator alloc, boolean startTls, Executor tasks) {
            return new Door(newEngine(alloc), startTls, tasks);
        }

        @Override
        protected SslHandler newHandler(
                ByteBufAllocator alloc, String host, int port, boolean startTls, Executor tasks) {
            return new Door(newEngine(alloc, host, port), startTls, tasks);
        }
    }

    private final class Door extends SslHandler {
        private Door(SSLEngine engine, boolean startTls, Executor tasks) {
            super(engine, startTls, tasks);
        }

        @Override
        public void handlerAdded(ChannelHandlerContext context) throws Exception {
            super.handlerAdded(context);
            String from = network.apply(address(context.channel().remoteAddress()));
            if (from == null) {
                return;
            }
            if (strangers.came(from, TimeUnit.NANOSECONDS.toMillis(System.nanoTime()))) {
                handshakeFuture().addListener(over -> strangers.left(from));
            } else {
                context.close();
            }
        }

        private static String address(@Nullable SocketAddress remote) {
            return remote instanceof InetSocketAddress at && at.getAddress() != null
                    ? at.getAddress().getHostAddress()
                    : "unknown";
        }
    }
}

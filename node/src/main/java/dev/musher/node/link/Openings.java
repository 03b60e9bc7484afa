package dev.musher.node.link;

import dev.musher.node.replica.Input;
import dev.musher.protocol.sync.OpenedFrame;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Brings frames to the core, those of a socket in their order, and opens the large ones of trusted
 * peers on the way: to decode, hash and verify a megabyte of changes takes about as long as to fold
 * it, so in a sync one thread opens while the core folds. Small frames, which is all of live
 * gossip, go straight on, since a change of thread costs more than they do.
 *
 * <p>One thread for all sockets of a project, there only while it has work: opening is no slower
 * than folding, and more would take the core's processor. What waits for it is bounded by what is
 * read of each socket, see {@link PeerSockets}.
 */
final class Openings {

    /** Frames from here on are worth a change of thread, bytes: some fifty changes. */
    static final int BYTES_LEAST = 16 * 1024;

    private static final long IDLE_S = 10;

    private final Function<byte[], @Nullable OpenedFrame> opener;
    private final Consumer<Input> inbox;
    private final ThreadPoolExecutor thread;

    /**
     * {@code opener} is called on one thread alone; {@code inbox} on that one and on event loops.
     */
    Openings(Function<byte[], @Nullable OpenedFrame> opener, Consumer<Input> inbox) {
        this.opener = opener;
        this.inbox = inbox;
        this.thread =
                new ThreadPoolExecutor(
                        1,
                        1,
                        IDLE_S,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        Thread.ofPlatform().name("opener").daemon().factory(),
                        // Only after the stop, when nobody wants frames any more.
                        new ThreadPoolExecutor.DiscardPolicy());
        thread.allowCoreThreadTimeOut(true);
    }

    /** The frames of one socket, each given by its event loop. */
    Line line(long link) {
        return new Line(link);
    }

    /** Opens no more. */
    void stop() {
        thread.shutdownNow();
    }

    /** One socket. */
    final class Line {
        private final long link;
        private final AtomicInteger underWay = new AtomicInteger();

        private Line(long link) {
            this.link = link;
        }

        /** Takes the next frame of the socket. */
        void take(byte[] bytes, boolean trusted) {
            boolean straight = !trusted || bytes.length < BYTES_LEAST;
            // Behind a frame that is being opened every later one waits its turn.
            if (straight && underWay.get() == 0) {
                inbox.accept(new Input.Frame(link, bytes));
            } else {
                underWay.incrementAndGet();
                thread.execute(() -> open(bytes, straight));
            }
        }

        private void open(byte[] bytes, boolean straight) {
            Input.Frame frame = new Input.Frame(link, bytes);
            try {
                if (!straight) {
                    frame = new Input.Frame(link, bytes, opener.apply(bytes));
                }
            } finally {
                // Also after a defect: a stream with a hole in it would be another fault.
                inbox.accept(frame);
                underWay.decrementAndGet();
            }
        }
    }
}

package dev.musher.node.web;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One log of events to many readers as server-sent events. While there are readers, each event is
 * read and encoded once and kept in a ring of {@link Limits#ringBytes}; a reader in the ring costs
 * a place in it and no queue of its own. A reader that starts further back takes pages from the
 * source until it reaches the ring.
 *
 * <p>Nothing is written to a reader whose socket is full, so what waits for it is at most one write
 * queue and one page. One that fell out of the ring meanwhile, or takes nothing for {@link
 * Limits#stuckMs}, gets an event {@code resync} and is closed; it comes back with the cursor it
 * has. Lost is nothing: the log is the source's.
 *
 * <p>Confined to one event loop, but for {@link #signal} and {@link #stop}.
 */
public final class Feed {

    private static final Logger LOG = LoggerFactory.getLogger(Feed.class);
    private static final int PAGE = 256;

    /**
     * Bounds.
     *
     * @param ringBytes bytes of events kept for all readers together
     * @param queueBytes bytes that may wait in one socket before it counts as full
     * @param readers sockets at once
     * @param beatMs time between heartbeats
     * @param stuckMs how long a full socket may take nothing
     */
    public record Limits(int ringBytes, int queueBytes, int readers, long beatMs, long stuckMs) {
        /** For production. */
        public static final Limits DEFAULT = new Limits(4 << 20, 256 * 1024, 500, 15_000, 30_000);
    }

    private final Vertx vertx;
    private final Context loop;
    private final FeedSource source;
    private final Limits limits;
    private final Runnable more = this::signal;
    private final long beats;
    private final AtomicBoolean signalled = new AtomicBoolean();
    private final TreeMap<Long, Reader> readers = new TreeMap<>();

    // The ring: frames by number, first .. next - 1. `base` is the cursor just before the first;
    // `places` says for each cursor the number of the frame that comes after it.
    private final Map<Long, Frame> ring = new HashMap<>();
    private final Map<String, Long> places = new HashMap<>();
    private String base;
    private String newest;
    private long first;
    private long next;
    private int bytes;

    private boolean tailing;
    private boolean tailAgain;
    private volatile boolean stopped;
    private long nextReader;
    private long resyncs;

    private record Frame(String cursor, byte[] text) {}

    /** A feed that begins at the source's newest event. Call it on the loop it shall live on. */
    public Feed(Vertx vertx, FeedSource source, Limits limits) {
        this.vertx = vertx;
        this.loop = vertx.getOrCreateContext();
        this.source = source;
        this.limits = limits;
        this.base = source.newest();
        this.newest = base;
        places.put(base, 0L);
        source.onMore(more);
        this.beats = vertx.setPeriodic(limits.beatMs, tick -> beat());
    }

    /**
     * Reads no more and lets the source go. Who listens is told {@code resync}: what comes next is
     * not told here. Any thread.
     */
    public void stop() {
        if (!stopped) {
            stopped = true;
            source.forget(more);
            vertx.cancelTimer(beats);
            loop.runOnContext(end -> new ArrayList<>(readers.values()).forEach(Reader::resync));
        }
    }

    /** Says that there may be further events. Any thread; returns at once. */
    public void signal() {
        if (signalled.compareAndSet(false, true)) {
            loop.runOnContext(go -> tail());
        }
    }

    /** Readers at present. */
    public int readers() {
        return readers.size();
    }

    /** Readers that were told to start again, since the beginning. */
    public long resyncs() {
        return resyncs;
    }

    /** Whether there is room for one more reader. */
    public boolean full() {
        return readers.size() >= limits.readers;
    }

    /**
     * Streams to a caller from {@code cursor} on, or from now on where it is null. {@code foreign}
     * is called instead, before anything was written, where the cursor means nothing here.
     */
    public void open(HttpServerRequest request, @Nullable String cursor, Runnable foreign) {
        Reader reader =
                new Reader(nextReader++, request, cursor == null ? source.newest() : cursor);
        readers.put(reader.number, reader);
        reader.response.closeHandler(gone -> readers.remove(reader.number));
        if (stopped) {
            reader.resync();
            return;
        }
        Long place = places.get(reader.cursor);
        if (place != null) {
            reader.begin();
            reader.place = place;
            reader.pump();
        } else {
            reader.catchUp(foreign);
        }
    }

    /**
     * Sends to all who listen now something that is no event of the log: it has no cursor, and who
     * is behind misses it. For what is said again anyway. Call it on the feed's loop.
     *
     * @param json one JSON text without line breaks
     */
    public void announce(String type, byte[] json) {
        Buffer text =
                Buffer.buffer("event: " + type + "\ndata: ").appendBytes(json).appendString("\n\n");
        new ArrayList<>(readers.values()).forEach(reader -> reader.announce(text));
    }

    /** Reads what is new into the ring, then tells all readers. */
    private void tail() {
        signalled.set(false);
        if (stopped) {
            return;
        }
        if (tailing) {
            tailAgain = true;
            return;
        }
        if (readers.isEmpty()) {
            skip();
            return;
        }
        tailing = true;
        String from = newest;
        vertx.executeBlocking(() -> source.after(from, PAGE), false)
                .onComplete(done -> {
                    tailing = false;
                    if (done.failed()) {
                        LOG.error("reading events after {} failed", from, done.cause());
                    } else if (done.result() instanceof FeedSource.Page.Events page) {
                        page.events().forEach(this::append);
                        tailAgain |= page.events().size() == PAGE;
                        new ArrayList<>(readers.values()).forEach(Reader::pump);
                    } else {
                        startAnew();
                    }
                    if (tailAgain) {
                        tailAgain = false;
                        tail();
                    }
                });
    }

    private void append(FeedSource.Event event) {
        byte[] text = frame(event);
        ring.put(next++, new Frame(event.cursor(), text));
        newest = event.cursor();
        places.put(newest, next);
        bytes += text.length;
        for (Frame gone = ring.get(first); bytes > limits.ringBytes && gone != null; ) {
            ring.remove(first++);
            bytes -= gone.text.length;
            places.remove(base);
            base = gone.cursor;
            gone = ring.get(first);
        }
    }

    /** The source is another one than before (a restored store): nobody's cursor means anything. */
    private void startAnew() {
        skip();
        new ArrayList<>(readers.values()).forEach(Reader::resync);
    }

    /**
     * Begins again at the newest event. Without a reader that is all there is to do: to encode a
     * whole history that a sync brings, for nobody, would cost the sync a third of its time. A
     * reader that comes later with an older cursor takes pages, as any that is behind the ring.
     */
    private void skip() {
        first = next;
        ring.clear();
        places.clear();
        bytes = 0;
        base = source.newest();
        newest = base;
        places.put(base, next);
    }

    private static byte[] frame(FeedSource.Event event) {
        byte[] head =
                ("id: " + event.cursor() + "\nevent: " + event.type() + "\ndata: ")
                        .getBytes(StandardCharsets.UTF_8);
        byte[] out = new byte[head.length + event.json().length + 2];
        System.arraycopy(head, 0, out, 0, head.length);
        System.arraycopy(event.json(), 0, out, head.length, event.json().length);
        out[out.length - 2] = '\n';
        out[out.length - 1] = '\n';
        return out;
    }

    private void beat() {
        new ArrayList<>(readers.values()).forEach(Reader::beat);
    }

    /** One caller. */
    private final class Reader {

        private static final long CATCHING_UP = -1;

        private final long number;
        private final HttpServerRequest request;
        private final HttpServerResponse response;
        private String cursor;
        private long place = CATCHING_UP;
        private boolean reading;
        private long fullBeats;

        Reader(long number, HttpServerRequest request, String cursor) {
            this.number = number;
            this.request = request;
            this.response = request.response();
            this.cursor = cursor;
        }

        void begin() {
            response.putHeader("Content-Type", "text/event-stream")
                    .setChunked(true)
                    .setWriteQueueMaxSize(limits.queueBytes);
            response.drainHandler(empty -> pump());
            response.write("retry: 2000\n\n");
        }

        /** Writes what the ring has for this reader, as far as the socket takes it. */
        void pump() {
            if (response.closed() || response.ended()) {
                return;
            }
            if (place == CATCHING_UP) {
                if (!reading && response.headWritten() && !response.writeQueueFull()) {
                    catchUp(this::resync);
                }
                return;
            }
            if (place < first) {
                // A burst larger than the ring is no fault of a reader that takes what it is given.
                if (response.writeQueueFull()) {
                    resync();
                } else {
                    place = CATCHING_UP;
                    catchUp(this::resync);
                }
                return;
            }
            while (place < next && !response.writeQueueFull()) {
                Buffer out = Buffer.buffer();
                while (place < next && out.length() < limits.queueBytes) {
                    Frame frame = Objects.requireNonNull(ring.get(place));
                    out.appendBytes(frame.text);
                    cursor = frame.cursor;
                    place++;
                }
                fullBeats = 0;
                response.write(out);
            }
        }

        /** Takes one page from the source; {@code foreign} where the cursor means nothing. */
        void catchUp(Runnable foreign) {
            reading = true;
            String from = cursor;
            vertx.executeBlocking(() -> source.after(from, PAGE), false)
                    .onComplete(done -> {
                        reading = false;
                        if (response.closed() || response.ended()) {
                            return;
                        }
                        if (done.failed()) {
                            LOG.error("reading events after {} failed", from, done.cause());
                            resync();
                        } else if (done.result() instanceof FeedSource.Page.Events page) {
                            took(page);
                        } else {
                            readers.remove(number);
                            foreign.run();
                        }
                    });
        }

        private void took(FeedSource.Page.Events page) {
            if (!response.headWritten()) {
                begin();
            }
            Buffer out = Buffer.buffer();
            page.events().forEach(event -> out.appendBytes(frame(event)));
            cursor = page.cursor();
            if (out.length() > 0) {
                fullBeats = 0;
                response.write(out);
            }
            Long known = places.get(cursor);
            if (known != null) {
                place = known;
            } else if (page.events().isEmpty()) {
                // Ahead of the ring: the tail has not read these yet. The next signal finds it.
                signal();
                return;
            }
            pump();
        }

        void beat() {
            if (response.closed() || response.ended() || !response.headWritten()) {
                return;
            }
            if (response.writeQueueFull()) {
                fullBeats++;
                if (fullBeats * limits.beatMs >= limits.stuckMs) {
                    resync();
                }
            } else {
                response.write(": beat\n\n");
            }
        }

        void announce(Buffer text) {
            boolean open = response.headWritten() && !response.ended() && !response.closed();
            if (open && !response.writeQueueFull()) {
                response.write(text);
            }
        }

        /** Ends the stream; the caller comes back with a cursor, or reads the state anew. */
        void resync() {
            readers.remove(number);
            if (response.closed() || response.ended()) {
                return;
            }
            resyncs++;
            if (!response.headWritten()) {
                begin();
            }
            response.end(
                    "event: resync\ndata: {\"code\":\"resync\",\"cursor\":\"" + newest + "\"}\n\n");
            // A caller that never reads would keep its last bytes here: it has one beat to take
            // them.
            vertx.setTimer(limits.beatMs, late -> request.connection().close());
        }
    }
}

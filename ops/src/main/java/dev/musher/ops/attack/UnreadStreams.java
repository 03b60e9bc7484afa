package dev.musher.ops.attack;

import dev.musher.ops.cli.Batch;
import dev.musher.ops.cli.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Streams of events, asked for with a token that is good, over sockets with small buffers that
 * nobody reads, while much happens. The node keeps what they have not taken within a bound, tells
 * them to begin anew, and closes them; who reads goes on as ever.
 */
final class UnreadStreams {

    /** The kernel's buffer of each for what comes, bytes. */
    private static final int RECEIVE_BYTES = 4_096;

    /** Events of one request, each with a name of so many letters; and a request this often. */
    private static final int EVENTS = 250;

    private static final int LETTERS = 290;
    private static final long EACH_NS = 250_000_000L;

    /** What a full socket is given at the most, and then to read its end. */
    private static final long STUCK_NS = 60_000_000_000L;

    private static final int CLOSED_WITHIN_MS = 30_000;
    private static final String RESYNCS = "musher_event_resyncs";

    private UnreadStreams() {}

    static Attack.Done run(Scene scene, int seconds) throws IOException {
        double resyncs = scene.metric(RESYNCS);
        List<RawSocket> streams = new ArrayList<>();
        try {
            for (int i = 0; i < MemberAttacks.STREAMS; i++) {
                RawSocket socket = new RawSocket(scene.node(), RECEIVE_BYTES);
                streams.add(socket);
                socket.raw(request(scene));
            }
            Scene.until(
                    "all streams are open",
                    30,
                    () -> scene.metric("musher_event_readers") >= MemberAttacks.STREAMS);
            long endNs = System.nanoTime() + seconds * 1_000_000_000L;
            int events = 0;
            for (long nextNs = System.nanoTime(); System.nanoTime() < endNs; ) {
                events(scene, events);
                events += EVENTS;
                nextNs = Math.max(nextNs + EACH_NS, System.nanoTime());
                LockSupport.parkNanos(nextNs - System.nanoTime());
            }
            // A full socket is ended once it fell behind the ring, or took nothing for 30 s.
            long untilNs = System.nanoTime() + STUCK_NS;
            double ended = scene.metric(RESYNCS) - resyncs;
            while (ended < streams.size() && System.nanoTime() < untilNs) {
                LockSupport.parkNanos(EACH_NS);
                ended = scene.metric(RESYNCS) - resyncs;
            }
            int told = 0;
            int open = 0;
            for (RawSocket socket : streams) {
                // What the node could not send is cut off; but who reads in time is told.
                String last = socket.last(CLOSED_WITHIN_MS);
                open += last == null ? 1 : 0;
                told += last != null && last.contains("event: resync") ? 1 : 0;
            }
            return new Attack.Done(
                    streams.size()
                            + " streams unread over "
                            + events
                            + " events, "
                            + told
                            + " of them in time to read that they are to begin anew",
                    List.of(
                            new Bound("streams left open", open, 0),
                            new Bound("streams kept on", streams.size() - ended, 0)));
        } finally {
            for (RawSocket socket : streams) {
                socket.close();
            }
        }
    }

    private static byte[] request(Scene scene) {
        return ("GET /api/v1/events HTTP/1.1\r\nHost: "
                        + scene.node().getHost()
                        + ":"
                        + scene.node().getPort()
                        + "\r\nAuthorization: Bearer "
                        + scene.token()
                        + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static void events(Scene scene, int from) {
        List<Json> made = new ArrayList<>();
        for (int i = 0; i < EVENTS; i++) {
            made.add(
                    Json.of(
                            Map.of(
                                    "op",
                                    "create",
                                    "type",
                                    "bug",
                                    "name",
                                    (from + i) + "x".repeat(LETTERS),
                                    "origin",
                                    Map.of("kind", "test", "id", "attack"))));
        }
        Batch.send(scene.owner(), "/api/v1/batch", made, "");
    }
}

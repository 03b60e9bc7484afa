package dev.musher.ops.bench;

import dev.musher.node.Node;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** From a write on one node, by HTTP, to its event on another, by server-sent events. */
final class EventBench implements Bench {

    private static final int PER_SECOND = 100;
    private static final String FIELD = "\"assignee\":\"";

    @Override
    public void run(Path folder, double scale, Consumer<Figure> out)
            throws IOException, InterruptedException {
        int writes = (int) (3_000 * scale) + 100;
        try (Node a = Nodes.found(folder.resolve("a"));
                Node b = Nodes.join(a, folder.resolve("b"))) {
            Work work = new Work(a, 1);
            work.create(100);
            Nodes.untilEqual(a, b);
            measure(a, b, work, writes / 3);
            Percentiles times = measure(a, b, work, writes);
            out.accept(
                    new Figure(
                            "write on A to event at B",
                            times.text(),
                            null,
                            "p50 <= 2 ms, p99 <= 15 ms at 100 writes a second",
                            times.ms(50) <= 2 && times.ms(99) <= 15,
                            writes
                                    + " writes; two nodes, writer and reader in one process on the"
                                    + " same cores"));
        }
    }

    private static Percentiles measure(Node a, Node b, Work work, int writes)
            throws IOException, InterruptedException {
        Map<String, Long> sentNs = new ConcurrentHashMap<>();
        Percentiles times = new Percentiles();
        CountDownLatch seen = new CountDownLatch(writes);
        try (RawHttp events = new RawHttp(b.http(), b.token());
                RawHttp writer = new RawHttp(a.http(), a.token())) {
            events.openStream("/api/v1/events");
            while (!events.line().startsWith("retry:")) {
                // headers; the stream begins with this line
            }
            Thread reader =
                    Thread.ofPlatform()
                            .name("events")
                            .start(() -> read(events, sentNs, times, seen));
            long nextNs = System.nanoTime();
            for (int i = 0; i < writes; i++) {
                String mark = "mark-" + i + "-" + writes;
                // From when it was due: a write that waited for the one before it waited too.
                sentNs.put(mark, nextNs);
                String ref = work.items().get(i % work.items().size());
                if (writer.send("PATCH", "/api/v1/items/" + ref, "{\"assignee\":\"" + mark + "\"}")
                        != 200) {
                    throw new IllegalStateException("a write failed");
                }
                nextNs += 1_000_000_000L / PER_SECOND;
                LockSupport.parkNanos(nextNs - System.nanoTime());
            }
            if (!seen.await(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException(
                        seen.getCount() + " of " + writes + " events never came");
            }
            events.close();
            reader.join();
        }
        return times;
    }

    private static void read(
            RawHttp events, Map<String, Long> sentNs, Percentiles times, CountDownLatch seen) {
        try {
            while (true) {
                String line = events.line();
                int at = line.startsWith("data:") ? line.indexOf(FIELD) : -1;
                if (at >= 0) {
                    int from = at + FIELD.length();
                    Long sent = sentNs.remove(line.substring(from, line.indexOf('"', from)));
                    if (sent != null) {
                        times.add(System.nanoTime() - sent);
                        seen.countDown();
                    }
                }
            }
        } catch (IOException e) {
            // the stream was closed: by the measurement when all were seen, or else it times out
        }
    }
}

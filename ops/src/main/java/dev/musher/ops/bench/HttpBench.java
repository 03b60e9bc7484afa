package dev.musher.ops.bench;

import dev.musher.node.Node;
import dev.musher.node.store.Batch;
import dev.musher.node.store.RocksStore;
import dev.musher.node.store.StoreOptions;
import dev.musher.node.store.Table;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Durable writes through the HTTP interface, each answered when it is synced. */
final class HttpBench implements Bench {

    private static final int ITEMS = 200;

    @Override
    public void run(Path folder, double scale, Consumer<Figure> out)
            throws IOException, InterruptedException {
        double syncMs = syncedWrite(folder.resolve("alone"), (int) (4_000 * scale) + 100);
        try (Node node = Nodes.found(folder.resolve("node"))) {
            Work work = new Work(node, 1);
            work.create(ITEMS);
            round(node, work, 1, (int) (3_000 * scale) + 100); // warms up both ends
            round(node, work, 32, (int) (40_000 * scale) + 100);
            Round one = round(node, work, 1, (int) (6_000 * scale) + 100);
            out.accept(
                    new Figure(
                            "durable writes by HTTP, 1 caller",
                            String.format(
                                    Locale.ROOT,
                                    "%,.0f/s, %s",
                                    one.perSecond(),
                                    one.times().text()),
                            String.format(Locale.ROOT, "one synced write %.2f ms", syncMs),
                            "p50 <= 3 x one synced write",
                            one.times().ms(50) <= 3 * syncMs,
                            "PATCH of one field; client and node in one process on the same"
                                    + " cores"));
            Round many = round(node, work, 32, (int) (80_000 * scale) + 100);
            out.accept(
                    new Figure(
                            "durable writes by HTTP, 32 callers",
                            String.format(
                                    Locale.ROOT,
                                    "%,.0f/s, %s",
                                    many.perSecond(),
                                    many.times().text()),
                            null,
                            ">= 8,000/s",
                            many.perSecond() >= 8_000,
                            "PATCH of one field; client and node in one process on the same"
                                    + " cores"));
        }
    }

    /** Rounds of equal requests. */
    private record Round(double perSecond, Percentiles times) {}

    private static Round round(Node node, Work work, int callers, int requests)
            throws InterruptedException {
        Percentiles times = new Percentiles();
        AtomicLong left = new AtomicLong(requests);
        AtomicReference<@Nullable String> failure = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>();
        long beganNs = System.nanoTime();
        for (int i = 0; i < callers; i++) {
            SplittableRandom random = new SplittableRandom(i);
            threads.add(
                    Thread.ofPlatform()
                            .name("caller-" + i)
                            .start(() -> call(node, work, random, left, times, failure)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        double seconds = (System.nanoTime() - beganNs) / 1e9;
        String why = failure.get();
        if (why != null) {
            throw new IllegalStateException("a write failed: " + why);
        }
        return new Round(requests / seconds, times);
    }

    private static void call(
            Node node,
            Work work,
            SplittableRandom random,
            AtomicLong left,
            Percentiles times,
            AtomicReference<@Nullable String> failure) {
        try (RawHttp http = new RawHttp(node.http(), node.token())) {
            while (left.getAndDecrement() > 0) {
                String ref = work.items().get(random.nextInt(work.items().size()));
                long beganNs = System.nanoTime();
                int status =
                        http.send(
                                "PATCH",
                                "/api/v1/items/" + ref,
                                "{\"assignee\":\"dev-" + random.nextInt(1_000_000) + "\"}");
                times.add(System.nanoTime() - beganNs);
                if (status != 200) {
                    failure.set("status " + status);
                    return;
                }
            }
        } catch (IOException e) {
            failure.set(e.toString());
        }
    }

    /** Median time of one small synced write of RocksDB alone. */
    static double syncedWrite(Path folder, int writes) {
        Percentiles times = new Percentiles();
        try (RocksStore store = RocksStore.open(folder, StoreOptions.defaults())) {
            for (int i = 0; i < writes; i++) {
                Batch batch = new Batch();
                for (Table table :
                        List.of(Table.CHANGES, Table.ARRIVALS, Table.ITEMS, Table.ITEM_LOG)) {
                    batch.put(
                            table,
                            ByteBuffer.allocate(16).putInt(i * 31).array(),
                            new byte[table == Table.CHANGES ? 350 : 60]);
                }
                long beganNs = System.nanoTime();
                store.commit(batch);
                times.add(System.nanoTime() - beganNs);
            }
        }
        return times.ms(50);
    }
}

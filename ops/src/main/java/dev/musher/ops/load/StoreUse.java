package dev.musher.ops.load;

import dev.musher.node.store.Batch;
import dev.musher.node.store.RocksStore;
import dev.musher.node.store.StoreClosedException;
import dev.musher.node.store.StoreOptions;
import dev.musher.node.store.Table;
import dev.musher.ops.cli.Failure;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * What is done to a store in a process of its own, which a call into a native object that is gone
 * would end: {@link NativeHandles} watches it from outside. Stateless.
 */
final class StoreUse {

    private static final int ROWS = 500;
    private static final int KEYS = 20_000;
    private static final int VALUE_BYTES = 500;
    private static final int SCANNED_MAX = 50;

    /** 100 scans a second, and a commit with every second one. */
    private static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(10);

    private StoreUse() {}

    /** Ends stores under threads that read, scan and write; each of them must hear of it. */
    static void races(Path folder, int races, long seed) throws InterruptedException {
        SplittableRandom random = new SplittableRandom(seed);
        for (int race = 0; race < races; race++) {
            race(open(folder), race % 2 == 1, random.nextInt(2_000));
        }
    }

    private static void race(RocksStore store, boolean twice, int afterUs)
            throws InterruptedException {
        Batch rows = new Batch();
        for (int i = 0; i < ROWS; i++) {
            rows.put(Table.ITEMS, key(i), new byte[100]);
        }
        store.commit(rows);
        List<Runnable> uses =
                List.of(
                        () -> store.get(Table.ITEMS, key(7)),
                        () -> store.lastBefore(Table.ITEMS, key(7)),
                        () -> store.getAll(Table.ITEMS, List.of(key(7), key(8))),
                        () -> store.scan(Table.ITEMS, key(0), null, (key, value) -> true),
                        () -> store.commit(new Batch().put(Table.META, key(1), key(2))),
                        store::memory);
        AtomicInteger told = new AtomicInteger();
        CountDownLatch busy = new CountDownLatch(uses.size());
        List<Thread> threads = new ArrayList<>();
        for (Runnable use : uses) {
            threads.add(Thread.ofPlatform().start(() -> untilClosed(use, busy, told)));
        }
        busy.await();
        LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(afterUs));
        if (twice) {
            threads.add(Thread.ofPlatform().start(store::close));
        }
        store.close();
        for (Thread thread : threads) {
            thread.join();
        }
        if (told.get() != uses.size()) {
            throw new Failure(
                    Failure.FAILED, told + " of " + uses.size() + " threads heard of the end");
        }
    }

    private static void untilClosed(Runnable use, CountDownLatch busy, AtomicInteger told) {
        try {
            use.run();
            busy.countDown();
            while (true) {
                use.run();
            }
        } catch (StoreClosedException e) {
            told.incrementAndGet();
        }
    }

    /**
     * 50 commits and 100 iterators a second over as many rows as there were at the beginning.
     *
     * @return bytes of blocks that are still held when no call is inside: what a handle that was
     *     not closed holds
     */
    static long steady(Path folder, long seconds, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        try (RocksStore store = open(folder)) {
            for (int i = 0; i < KEYS; i++) {
                store.commit(new Batch().put(Table.ITEMS, key(i), value(random)));
            }
            store.compact();
            long nextNs = System.nanoTime();
            long endNs = nextNs + TimeUnit.SECONDS.toNanos(seconds);
            for (int tick = 0; nextNs < endNs; tick++, nextNs += TICK_NS) {
                long left = nextNs - System.nanoTime();
                if (left > 0) {
                    LockSupport.parkNanos(left);
                }
                int[] rows = {0};
                int end = 1 + random.nextInt(SCANNED_MAX);
                store.scan(
                        Table.ITEMS,
                        key(random.nextInt(KEYS)),
                        null,
                        (key, value) -> ++rows[0] < end);
                if (tick % 2 == 0) {
                    store.commit(
                            new Batch().put(Table.ITEMS, key(random.nextInt(KEYS)), value(random)));
                }
            }
            return store.memory().pinnedBytes();
        }
    }

    private static RocksStore open(Path folder) {
        return RocksStore.open(
                folder.resolve("store"),
                StoreOptions.defaults().ofCopy().withBuffers(4 << 20, 4 << 20));
    }

    private static byte[] key(int number) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
    }

    private static byte[] value(SplittableRandom random) {
        byte[] value = new byte[VALUE_BYTES];
        random.nextBytes(value);
        return value;
    }
}

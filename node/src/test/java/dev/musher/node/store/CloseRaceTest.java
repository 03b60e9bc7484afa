package dev.musher.node.store;

import static dev.musher.node.store.StoreContractTest.key;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads and writes that race with the end of a store throw; the process lives. */
class CloseRaceTest {
    private static final int RACES = Integer.getInteger("musher.races", 40);

    @TempDir Path dir;

    @Test
    @Tag("T-B9")
    void callsInFlightEndWellWhenTheStoreCloses() throws Exception {
        for (int race = 0; race < RACES; race++) {
            RocksStore store = RocksStore.open(dir, SmallStores.options());
            Batch batch = new Batch();
            for (int i = 0; i < 500; i++) {
                batch.put(Table.ITEMS, key("" + i), new byte[100]);
            }
            store.commit(batch);
            List<Runnable> uses =
                    List.of(
                            () -> store.get(Table.ITEMS, key("7")),
                            () -> store.lastBefore(Table.ITEMS, key("7")),
                            () -> store.getAll(Table.ITEMS, List.of(key("7"), key("8"))),
                            () -> store.scan(Table.ITEMS, key(""), null, (k, v) -> true),
                            () -> store.commit(new Batch().put(Table.META, key("a"), key("b"))),
                            store::memory);
            AtomicInteger refused = new AtomicInteger();
            CountDownLatch busy = new CountDownLatch(uses.size());
            List<Thread> threads = new ArrayList<>();
            for (Runnable use : uses) {
                threads.add(Thread.ofPlatform().start(() -> untilClosed(use, busy, refused)));
            }
            busy.await();
            store.close();
            for (Thread thread : threads) {
                thread.join();
            }
            assertEquals(uses.size(), refused.get(), "each thread was told");
        }
    }

    @Test
    @Tag("T-B9")
    void aScanCannotCloseItsStore() {
        try (RocksStore store = RocksStore.open(dir, SmallStores.options())) {
            Runnable close = store::close;
            store.commit(new Batch().put(Table.META, key("a"), key("1")));
            assertThrows(
                    IllegalStateException.class,
                    () ->
                            store.scan(
                                    Table.META,
                                    key(""),
                                    null,
                                    (k, v) -> {
                                        close.run();
                                        return true;
                                    }));
            store.commit(new Batch().put(Table.META, key("b"), key("1")));
        }
    }

    private static void untilClosed(Runnable use, CountDownLatch busy, AtomicInteger refused) {
        use.run();
        busy.countDown();
        try {
            while (true) {
                use.run();
            }
        } catch (StoreClosedException e) {
            refused.incrementAndGet();
        }
    }
}

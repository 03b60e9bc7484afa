package dev.musher.node.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract, on RocksDB. */
class RocksStoreTest extends StoreContractTest {
    @TempDir Path dir;

    @Override
    Store create() {
        return RocksStore.open(dir.resolve("store"), SmallStores.options());
    }

    /** The loss of power cannot be had in a build; that the log was synced is asked of RocksDB. */
    @Test
    @Tag("T-B3")
    void everyCommitSyncsTheLog() {
        RocksStore store = (RocksStore) store();
        long before = store.logSyncs();
        for (int i = 1; i <= 20; i++) {
            store.commit(new Batch().put(Table.META, key("a"), key("" + i)));
            assertTrue(store.logSyncs() >= before + i);
        }
    }

    @Test
    void aThreadThatWasInterruptedStillCommits() {
        Thread.currentThread().interrupt();
        store().commit(new Batch().put(Table.META, key("a"), key("1")));
        store().commit(new Batch().put(Table.META, key("b"), key("1")));
        assertTrue(Thread.interrupted());
        assertEquals("", store().health().detail());
    }

    @Test
    void figuresAreThereForMetrics() {
        RocksStore store = (RocksStore) store();
        store.commit(new Batch().put(Table.CHANGES, key("a"), new byte[500_000]));
        assertTrue(store.memory().bufferBytes() >= 500_000);
        assertTrue(store.sizeBytes() >= 500_000, "the log");
        store.compact();
        store.verifyChecksums();
        assertTrue(store.sizeBytes() < 250_000, "zeros, compressed");
    }

    @Test
    void theLogIsBounded() {
        Batch batch = new Batch();
        for (int i = 0; i < 100; i++) {
            batch.put(Table.CHANGES, key("" + i), new byte[1_000]);
        }
        StoreOptions options = SmallStores.options().withBuffers(64 << 20, 1 << 20);
        try (RocksStore store = RocksStore.open(dir.resolve("log"), options)) {
            // The same rows again and again: 20 MB of log, 100 kB of rows.
            for (int i = 0; i < 200; i++) {
                store.commit(batch);
            }
            // Rows move to table files in the background, which a busy machine does late.
            long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (store.sizeBytes() >= 6_000_000) {
                assertTrue(System.nanoTime() < patience, store.sizeBytes() + " bytes");
                store.commit(new Batch().put(Table.META, key("a"), key("1")));
            }
        }
    }

    @Override
    Store reopen(Store store) {
        store.close();
        return create();
    }
}

package dev.musher.node.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The contract, on the model; and the faults it can be ordered to have. */
class ModelStoreTest extends StoreContractTest {
    @Override
    Store create() {
        return new ModelStore(new byte[8], ModelStore.Sync.ON_COMMIT);
    }

    @Override
    Store reopen(Store store) {
        store.close();
        return ((ModelStore) store).reopen();
    }

    @Test
    @Tag("T-B3")
    void aCrashTakesUnsyncedBatchesWholeAndFromTheTail() {
        boolean lostSome = false;
        boolean keptSome = false;
        boolean torn = false;
        for (int seed = 0; seed < 200; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            ModelStore model = new ModelStore(new byte[8], ModelStore.Sync.BY_HAND);
            for (int i = 0; i < 5; i++) {
                commitPair(model, i);
            }
            model.sync();
            for (int i = 5; i < 10; i++) {
                commitPair(model, i);
            }
            assertEquals(5, model.unsyncedBatches());
            int lost = model.crash(random);
            model.reopen();
            for (int i = 0; i < 10; i++) {
                boolean expected = i < 10 - lost;
                assertEquals(expected, model.get(Table.META, key("a" + i)) != null);
                assertEquals(expected, model.get(Table.INDEX, key("b" + i)) != null);
            }
            // The row that every batch overwrites is the last kept one's.
            assertArrayEquals(key("" + (9 - lost)), model.get(Table.META, key("last")));
            lostSome |= lost > 0;
            keptSome |= lost < 5;
            torn |= model.health().tailDropped();
        }
        assertTrue(lostSome && keptSome && torn);
    }

    @Test
    @Tag("T-B6")
    void aFailedCommitIsUnknownAndTheStoreStops() {
        for (ModelStore.Outcome outcome : ModelStore.Outcome.values()) {
            ModelStore model = new ModelStore(new byte[8], ModelStore.Sync.ON_COMMIT);
            model.failNextCommit(outcome);
            assertThrows(StoreFailedException.class, () -> commitPair(model, 1));
            assertThrows(StoreFailedException.class, () -> commitPair(model, 2));
            assertEquals(StoreHealth.State.FAILED, model.health().state());
            model.close();
            model.reopen();
            assertEquals(
                    outcome == ModelStore.Outcome.WRITTEN,
                    model.get(Table.META, key("a1")) != null);
            assertNull(model.get(Table.META, key("a2")));
            commitPair(model, 3);
            assertNotNull(model.get(Table.META, key("a3")));
        }
    }

    @Test
    @Tag("T-B7")
    void aFullDiskRefusesWritesAndKeepsReading() {
        ModelStore model = new ModelStore(new byte[8], ModelStore.Sync.ON_COMMIT);
        commitPair(model, 1);
        model.setFull(true);
        assertThrows(StoreFullException.class, () -> commitPair(model, 2));
        assertEquals(StoreHealth.State.FULL, model.health().state());
        assertNotNull(model.get(Table.META, key("a1")));
        model.setFull(false);
        assertNull(model.get(Table.META, key("a2")));
        commitPair(model, 2);
        assertNotNull(model.get(Table.META, key("a2")));
    }

    @Test
    @Tag("T-B5")
    void aDamagedRowIsNeverLeftOut() {
        ModelStore model = new ModelStore(new byte[8], ModelStore.Sync.ON_COMMIT);
        commitPair(model, 1);
        commitPair(model, 2);
        model.corrupt(Table.META, key("a1"));
        assertThrows(StoreCorruptException.class, () -> model.get(Table.META, key("a1")));
        assertThrows(
                StoreCorruptException.class,
                () -> model.scan(Table.META, new byte[0], null, (k, v) -> true));
        assertThrows(StoreCorruptException.class, () -> model.lastBefore(Table.META, key("a2")));
        assertNotNull(model.get(Table.META, key("a2")));
        commitPair(model, 1);
        assertNotNull(model.get(Table.META, key("a1")));
    }

    @Test
    void aCopyIsApart() {
        ModelStore model = new ModelStore(new byte[8], ModelStore.Sync.ON_COMMIT);
        commitPair(model, 1);
        ModelStore copy = model.copy(new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
        commitPair(model, 2);
        assertNotNull(copy.get(Table.META, key("a1")));
        assertNull(copy.get(Table.META, key("a2")));
        assertEquals(8, copy.id()[7]);
    }

    private static void commitPair(Store store, int i) {
        store.commit(
                new Batch()
                        .put(Table.META, key("a" + i), key("x"))
                        .put(Table.META, key("last"), key("" + i))
                        .put(Table.INDEX, key("b" + i), key("x")));
    }
}

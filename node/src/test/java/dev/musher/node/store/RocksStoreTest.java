package dev.musher.node.store;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The contract, on RocksDB. */
class RocksStoreTest extends StoreContractTest {
    @TempDir Path dir;

    @Override
    Store create() {
        return RocksStore.open(dir.resolve("store"), SmallStores.options());
    }

    @Override
    Store reopen(Store store) {
        store.close();
        return create();
    }
}

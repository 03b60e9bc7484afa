package dev.musher.node.store;

/** Options for tests: small buffers, so that table files are made soon, and no reserve. */
final class SmallStores {
    private SmallStores() {}

    static StoreOptions options() {
        return StoreOptions.defaults().withReserve(0, 1 << 20).withBuffers(1 << 20, 1 << 20);
    }
}

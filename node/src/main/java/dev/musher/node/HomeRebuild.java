package dev.musher.node;

import dev.musher.crdt.Rules;
import dev.musher.node.replica.Rebuild;
import dev.musher.node.store.RocksStore;
import dev.musher.node.store.StoreOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * {@code musher doctor --rebuild}: drops the derived rows of a home's store and makes them anew
 * from its changes. The old store is kept beside it as {@code store.old} until the next rebuild.
 */
public final class HomeRebuild {

    private HomeRebuild() {}

    /**
     * Rebuilds the store of a home that no node runs in. A death in between leaves the old store in
     * its place, or, between two renames, as {@code store.old} with the new one complete beside it.
     *
     * @throws HomeException where the home is in use or cannot be written
     * @throws dev.musher.node.store.StoreException where a store does not open
     */
    public static Rebuild.Result run(Path folder) {
        try (Home home = Home.open(folder)) {
            Path old = folder.resolve("store.old");
            Path anew = folder.resolve("store.new");
            delete(anew);
            Rebuild.Result result;
            try (RocksStore from = RocksStore.open(home.store(), StoreOptions.defaults());
                    RocksStore to = RocksStore.open(anew, StoreOptions.defaults())) {
                result = Rebuild.run(from, to, Rules.PRODUCT);
            }
            delete(old);
            Files.move(home.store(), old, StandardCopyOption.ATOMIC_MOVE);
            Files.move(anew, home.store(), StandardCopyOption.ATOMIC_MOVE);
            return result;
        } catch (IOException e) {
            throw new HomeException("the store of " + folder + " cannot be rebuilt: " + e, e);
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        List<Path> all;
        try (Stream<Path> walk = Files.walk(folder)) {
            all = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path each : all) {
            Files.delete(each);
        }
    }
}

package dev.musher.node;

import dev.musher.crdt.change.ChangeId;
import dev.musher.node.replica.Replica;
import dev.musher.node.store.RocksStore;
import dev.musher.node.store.StoreCorruptException;
import dev.musher.node.store.StoreFailedException;
import dev.musher.node.store.StoreOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Puts a rebuilt store in the place of a home's store, so that a kill at any moment leaves one of
 * the two: the new one is built as {@code store.rebuilding}, the old one steps aside as {@code
 * store.old}. A folder cannot be renamed over one that is not empty, so there is a moment without a
 * {@code store}; whoever opens the home next undoes the first of the two moves then.
 *
 * <p>A damaged store must not come back: what was made of it is {@code store.repaired} as soon as
 * it is whole, and whoever opens the home next puts that in its place where the damaged one has
 * stepped aside.
 *
 * <p>Only for the holder of the home's lock.
 */
final class StoreSwap {

    private final Path store;
    private final Path fresh;
    private final Path old;
    private final Path repaired;

    StoreSwap(Path home) {
        this.store = home.resolve("store");
        this.fresh = home.resolve("store.rebuilding");
        this.old = home.resolve("store.old");
        this.repaired = home.resolve("store.repaired");
    }

    /** Where the new store is built. */
    Path fresh() {
        return fresh;
    }

    /** The store that the home has when it is opened next; null where it has none. */
    @Nullable Path standing() {
        return Stream.of(store, repaired, old).filter(Files::isDirectory).findFirst().orElse(null);
    }

    /** Gives a home its store back whose process died between two moves. */
    void resume() throws IOException {
        Path standing = standing();
        if (standing != null && !standing.equals(store)) {
            move(standing, store);
        }
    }

    /**
     * Deletes what runs that died left beside a store. What cannot be read is kept aside: it may
     * hold what the store does not.
     *
     * @param open the home's store
     * @throws HomeException where {@code store.old} holds another project: it is kept then
     */
    void clean(RocksStore open) throws IOException {
        delete(fresh);
        delete(repaired);
        if (!Files.exists(old)) {
            return;
        }
        try (RocksStore replaced = RocksStore.open(old, StoreOptions.defaults().ofCopy())) {
            ChangeId project = Replica.projectOf(replaced);
            if (project != null && !Replica.belongs(open, project)) {
                throw new HomeException(
                        old
                                + " holds another project than "
                                + store
                                + ": nothing was changed; move the one away that does not belong"
                                + " here");
            }
        } catch (StoreCorruptException | StoreFailedException e) {
            move(old, aside());
            return;
        }
        discard();
    }

    /** Puts the new store, closed, in the place of the old one, closed too. */
    void swap() throws IOException {
        move(store, old);
        move(fresh, store);
        discard();
    }

    /** Puts the new store, closed, where there is none. */
    void place() throws IOException {
        move(fresh, store);
    }

    /**
     * Puts the new store in the place of a damaged one, which is kept.
     *
     * @return where it is kept
     */
    Path swapAside() throws IOException {
        Path aside = aside();
        delete(repaired);
        move(fresh, repaired);
        move(store, aside);
        move(repaired, store);
        return aside;
    }

    private Path aside() {
        for (int i = 1; ; i++) {
            Path aside = store.resolveSibling("store.damaged-" + i);
            if (!Files.exists(aside)) {
                return aside;
            }
        }
    }

    /** Deletes a folder, if it is there. */
    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    /** Deletes the old store under the name of what is never whole, for a kill in the middle. */
    private void discard() throws IOException {
        move(old, fresh);
        delete(fresh);
    }

    private static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        // The second move must not reach the disk before the first.
        AtomicFile.syncFolder(to);
    }
}

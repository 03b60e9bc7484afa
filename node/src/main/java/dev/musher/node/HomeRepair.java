package dev.musher.node;

import dev.musher.crdt.change.ChangeId;
import dev.musher.node.replica.Replica;
import dev.musher.node.store.Backup;
import dev.musher.node.store.Batch;
import dev.musher.node.store.PrivateFolder;
import dev.musher.node.store.RocksStore;
import dev.musher.node.store.StoreCorruptException;
import dev.musher.node.store.StoreException;
import dev.musher.node.store.StoreFailedException;
import dev.musher.node.store.StoreOptions;
import dev.musher.node.verify.Salvage;
import dev.musher.protocol.codec.Signed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gives a home whose store is damaged a store that is sound: of those changes that are still beyond
 * doubt, verified and folded anew. What is lost comes back from peers; the device goes on in a
 * fresh epoch, since it may have written what it no longer knows. The damaged store is kept aside.
 * Stateless.
 */
public final class HomeRepair {

    private HomeRepair() {}

    /**
     * What a repair came to.
     *
     * @param aside where the damaged store is kept
     * @param opened whether the damaged store could be read at all
     * @param kept changes of it that the new store holds
     * @param settingsKept whether addresses of peers, open invites and remembered requests were
     *     read too
     */
    public record Repaired(
            ChangeId project, Path aside, boolean opened, long kept, boolean settingsKept) {}

    private record Readable(
            @Nullable ChangeId project, List<Signed> changes, @Nullable Batch settings) {}

    /**
     * Repairs the home of a node that does not run. Killed at any moment, it leaves the damaged
     * store or the new one, and can be run again.
     *
     * @throws HomeException where the home is in use, has no store, or its project cannot be told
     */
    public static Repaired repair(Path home) {
        if (!Home.hasStore(home)) {
            throw new HomeException(home + " has no store to repair: restore a backup");
        }
        try (Home held = Home.open(home)) {
            StoreSwap swap = new StoreSwap(home);
            Path look = home.resolve("verifying");
            boolean done = false;
            try {
                StoreSwap.delete(look);
                StoreSwap.delete(swap.fresh());
                PrivateFolder.make(look);
                Backup.look(held.store(), look.resolve(Backup.STORE));
                Readable readable = read(look.resolve(Backup.STORE));
                ChangeId project = project(held, readable);
                boolean settings = write(held, swap.fresh(), project, readable);
                Path aside = swap.swapAside();
                done = true;
                return new Repaired(
                        project,
                        aside,
                        readable != null,
                        readable == null ? 0 : readable.changes().size(),
                        settings);
            } catch (IOException | StoreException e) {
                throw new HomeException("the home was not repaired: " + e.getMessage(), e);
            } finally {
                clean(look);
                if (!done) {
                    clean(swap.fresh());
                }
            }
        }
    }

    private static @Nullable Readable read(Path store) {
        StoreOptions options = StoreOptions.defaults().ofCopy();
        // What opens is whole but for what is named; what does not may still hold most.
        try (RocksStore damaged = RocksStore.open(store, options)) {
            return read(damaged);
        } catch (StoreCorruptException | StoreFailedException e) {
            return anyhow(store, options);
        }
    }

    private static @Nullable Readable anyhow(Path store, StoreOptions options) {
        try (RocksStore damaged = RocksStore.salvage(store, options)) {
            return read(damaged);
        } catch (StoreCorruptException | StoreFailedException e) {
            return null;
        }
    }

    private static Readable read(RocksStore damaged) {
        return new Readable(project(damaged), Salvage.of(damaged), settings(damaged));
    }

    private static @Nullable ChangeId project(RocksStore damaged) {
        try {
            return Replica.projectOf(damaged);
        } catch (StoreCorruptException e) {
            return null;
        }
    }

    private static @Nullable Batch settings(RocksStore damaged) {
        try {
            return Replica.kept(damaged);
        } catch (StoreCorruptException e) {
            return null;
        }
    }

    private static ChangeId project(Home held, @Nullable Readable readable) {
        ChangeId project = held.project();
        if (project == null && readable != null) {
            project = readable.project();
        }
        if (project == null) {
            throw new HomeException(
                    "of the store in "
                            + held.folder()
                            + " nothing can be read, not even its project: restore a backup, or"
                            + " move "
                            + held.store()
                            + " away and `musher join` again by a fresh link");
        }
        return project;
    }

    /** Makes the new store; whether settings are in it. */
    private static boolean write(
            Home held, Path fresh, ChangeId project, @Nullable Readable readable) {
        try (RocksStore to = RocksStore.open(fresh, StoreOptions.defaults())) {
            to.commit(Replica.belonging(project));
            if (readable == null) {
                return false;
            }
            if (!readable.changes().isEmpty()) {
                HomeRestore.restore(held, to, readable.changes().iterator());
            }
            Batch settings = readable.settings();
            if (settings == null) {
                return false;
            }
            to.commit(settings);
            return true;
        }
    }

    private static void clean(Path folder) {
        try {
            StoreSwap.delete(folder);
        } catch (IOException e) {
            throw new HomeException(folder + " is unfinished and cannot be deleted: " + e, e);
        }
    }
}

package dev.musher.gateway;

import dev.musher.crdt.change.Malformed;
import dev.musher.gateway.http.Projects;
import dev.musher.node.HomeException;
import dev.musher.node.store.StoreException;
import dev.musher.protocol.sync.Invite;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The projects of a gateway, each in a folder named by its id. A folder with a file {@code left} is
 * kept and not opened. One that cannot be opened is named in the log and left out; the others go
 * on.
 *
 * <p>Thread safe; opening and closing happen one at a time.
 */
final class Registry implements Projects, AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Registry.class.getName());

    /** How long {@link #add} waits to be let in before it answers that it waits still, s. */
    private static final long ADMISSION_S = 10;

    private static final String LEFT = "left";
    private static final String FOLDER = "[0-9a-f]{64}";

    private final Path folder;
    private final String label;
    private final Vertx vertx;
    private final LongSupplier clockMs;
    private final ConcurrentSkipListMap<String, HeldProject> held = new ConcurrentSkipListMap<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    Registry(Path folder, String label, Vertx vertx, LongSupplier clockMs) {
        this.folder = folder;
        this.label = label;
        this.vertx = vertx;
        this.clockMs = clockMs;
    }

    /** Opens every project there was. */
    synchronized void resume() {
        List<Path> folders;
        try {
            Files.createDirectories(folder);
            try (Stream<Path> in = Files.list(folder)) {
                folders = in.sorted().toList();
            }
        } catch (IOException e) {
            throw new HomeException(folder + " cannot be read: " + e.getMessage(), e);
        }
        for (Path one : folders) {
            if (name(one).matches(FOLDER) && !Files.exists(one.resolve(LEFT))) {
                try {
                    held.put(name(one), open(one, null));
                } catch (HomeException | StoreException e) {
                    LOG.log(System.Logger.Level.ERROR, "project " + name(one) + " is left out", e);
                }
            }
        }
    }

    @Override
    public List<Held> all() {
        return List.copyOf(held.values());
    }

    @Override
    public @Nullable Held find(String id) {
        return held.get(id);
    }

    @Override
    public CompletionStage<Joining> add(String link) {
        Invite invite;
        try {
            invite = Invite.parse(link);
        } catch (Malformed e) {
            return CompletableFuture.completedFuture(
                    new Joining.Unusable(String.valueOf(e.getMessage())));
        }
        HeldProject project;
        try {
            project = joined(invite);
        } catch (HomeException | StoreException e) {
            return CompletableFuture.completedFuture(
                    new Joining.Unusable(String.valueOf(e.getMessage())));
        }
        changed();
        return project.admitted()
                .copy()
                .completeOnTimeout(null, ADMISSION_S, TimeUnit.SECONDS)
                .thenApply(done -> new Joining.Done(project, project.admitted().isDone()));
    }

    private synchronized HeldProject joined(Invite invite) {
        String id = invite.project().hex();
        HeldProject known = held.get(id);
        if (known != null && known.admitted().isDone()) {
            return known;
        }
        Path own = folder.resolve(id);
        if (known != null) {
            // It waits for an answer to another invite, which may be used up or too old.
            held.remove(id);
            known.close();
            delete(own);
        }
        try {
            Files.deleteIfExists(own.resolve(LEFT));
        } catch (IOException e) {
            throw new HomeException(own + " cannot be taken up again: " + e.getMessage(), e);
        }
        HeldProject project = open(own, invite);
        held.put(id, project);
        return project;
    }

    @Override
    public boolean remove(String id, boolean delete) {
        synchronized (this) {
            HeldProject project = held.remove(id);
            if (project == null) {
                return false;
            }
            project.close();
            if (delete) {
                delete(project.folder());
            } else {
                mark(project.folder());
            }
        }
        changed();
        return true;
    }

    @Override
    public void onChange(Runnable changed) {
        listeners.add(changed);
    }

    /** Writes down what must outlast a restart beside the stores. Blocks. */
    synchronized void remember() {
        held.values().forEach(HeldProject::remember);
    }

    /** Closes all. */
    @Override
    public synchronized void close() {
        held.values().forEach(HeldProject::close);
        held.clear();
    }

    private HeldProject open(Path own, @Nullable Invite invite) {
        return HeldProject.open(own, label, invite, vertx, clockMs, this::changed);
    }

    private void changed() {
        listeners.forEach(Runnable::run);
    }

    private static String name(Path folder) {
        return String.valueOf(folder.getFileName());
    }

    private static void mark(Path own) {
        try {
            Files.writeString(own.resolve(LEFT), "");
        } catch (IOException e) {
            throw new HomeException(own + " cannot be marked as left: " + e.getMessage(), e);
        }
    }

    private static void delete(Path own) {
        try (Stream<Path> all = Files.walk(own)) {
            for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(one);
            }
        } catch (IOException e) {
            throw new HomeException(own + " cannot be deleted: " + e.getMessage(), e);
        }
    }
}

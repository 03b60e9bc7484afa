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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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
 * kept and not opened. One that cannot be opened, or ends by itself, is named in the log and tried
 * again, later each time; the others go on.
 *
 * <p>Thread safe; opening and closing happen one at a time.
 */
final class Registry implements Projects, AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Registry.class.getName());

    /** How long {@link #add} waits to be let in before it answers that it waits still, s. */
    private static final long ADMISSION_S = 10;

    /** Before a project is opened again, doubled for each time it failed: first and longest, ms. */
    private static final long AGAIN_MS = 1_000;

    private static final long AGAIN_MS_MAX = 60_000;

    /** Doublings after which the time between tries is the longest. */
    private static final int DOUBLINGS_MAX = 6;

    private static final String LEFT = "left";
    private static final String FOLDER = "[0-9a-f]{64}";

    private final Path folder;
    private final String label;
    private final Vertx vertx;
    private final LongSupplier clockMs;
    private final ConcurrentSkipListMap<String, HeldProject> held = new ConcurrentSkipListMap<>();

    /** Times in a row that a project failed. */
    private final Map<String, Integer> failures = new HashMap<>();

    /** Projects whose age could not be written down, so that this is said once. */
    private final Set<String> forgetful = new HashSet<>();

    private boolean closed;
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
                resume(one);
            }
        }
    }

    /** Opens one project that was held before, now or later. */
    private void resume(Path own) {
        String id = name(own);
        try {
            held.put(id, open(own, null));
        } catch (HomeException
                | StoreException
                | IllegalStateException
                | IllegalArgumentException e) {
            // Whatever its store holds, the others go on.
            LOG.log(System.Logger.Level.ERROR, "project " + id + " cannot be opened", e);
            again(own);
        }
    }

    /** Opens a project anew after a while, unless it was added or left meanwhile. */
    private void again(Path own) {
        int doublings = failures.merge(name(own), 1, Integer::sum) - 1;
        long waitMs = Math.min(AGAIN_MS_MAX, AGAIN_MS << Math.min(doublings, DOUBLINGS_MAX));
        HeldProject before = held.get(name(own));
        vertx.setTimer(
                waitMs,
                due ->
                        vertx.executeBlocking(
                                () -> {
                                    reopen(own, before);
                                    return true;
                                },
                                false));
    }

    private void reopen(Path own, @Nullable HeldProject before) {
        synchronized (this) {
            if (closed || isLeft(own) || !Objects.equals(held.get(name(own)), before)) {
                return;
            }
            resume(own);
        }
        changed();
    }

    private static boolean isLeft(Path own) {
        return Files.exists(own.resolve(LEFT)) || !Files.exists(own);
    }

    /** Takes note that a replica has ended by itself. Called on its core thread. */
    private void broke(HeldProject project, String why) {
        vertx.executeBlocking(
                () -> {
                    ended(project, why);
                    return true;
                },
                false);
    }

    private void ended(HeldProject project, String why) {
        String id = name(project.folder());
        synchronized (this) {
            if (closed || !project.equals(held.get(id))) {
                return;
            }
            LOG.log(System.Logger.Level.ERROR, "project " + id + " has ended: " + why);
            end(project);
            if (project.openMs() > AGAIN_MS_MAX) {
                failures.remove(id);
            }
            again(project.folder());
        }
        changed();
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
            end(known);
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
            HeldProject project = held.get(id);
            if (project == null) {
                return false;
            }
            // First, so that a disk that refuses it leaves the project held.
            mark(project.folder());
            held.remove(id);
            failures.remove(id);
            end(project);
            if (delete) {
                delete(project.folder());
            }
        }
        changed();
        return true;
    }

    @Override
    public void onChange(Runnable changed) {
        listeners.add(changed);
    }

    @Override
    public void forget(Runnable changed) {
        listeners.remove(changed);
    }

    /** Writes down what must outlast a restart beside the stores. Blocks. */
    synchronized void remember() {
        held.forEach((id, project) -> {
            try {
                project.remember();
                forgetful.remove(id);
            } catch (HomeException e) {
                if (forgetful.add(id)) {
                    LOG.log(
                            System.Logger.Level.WARNING,
                            "the age of project " + id + " is not kept",
                            e);
                }
            }
        });
    }

    /** Closes all. */
    @Override
    public synchronized void close() {
        closed = true;
        held.values().forEach(Registry::end);
        held.clear();
    }

    /** Closes a project; what it cannot write down at the end stops nobody. */
    private static void end(HeldProject project) {
        try {
            project.close();
        } catch (HomeException e) {
            LOG.log(System.Logger.Level.WARNING, "a project was not closed in order", e);
        }
    }

    private HeldProject open(Path own, @Nullable Invite invite) {
        HeldProject project = HeldProject.open(own, label, invite, vertx, clockMs, this::changed);
        project.broken().thenAccept(why -> broke(project, why));
        return project;
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

package dev.musher.gateway;

import dev.musher.gateway.http.Projects;
import dev.musher.gateway.view.Freshness;
import dev.musher.gateway.view.ProjectView;
import dev.musher.node.Home;
import dev.musher.node.HomeException;
import dev.musher.node.ReplicaHost;
import dev.musher.node.http.Backend;
import dev.musher.node.replica.Published;
import dev.musher.node.replica.Replica;
import dev.musher.node.replica.Setup;
import dev.musher.node.store.StoreOptions;
import dev.musher.protocol.sync.Invite;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One project of a gateway: a replica with a home, a device and a store of its own, that dials the
 * nodes it was told of. Where the replica ends by itself, its last state is shown as failed, its
 * age counting, until {@link Registry} has opened it anew. Thread safe.
 */
final class HeldProject implements Projects.Held, AutoCloseable {

    /** When a node was last connected, as text; so that ages outlast a restart. */
    private static final String HEARD = "heard";

    private static final long MIB = 1L << 20;

    private final ReplicaHost host;
    private final Backend backend;
    private final LongSupplier clockMs;
    private final CompletableFuture<Void> admitted = new CompletableFuture<>();
    private final long openedMs;
    private volatile long heardMs;

    private HeldProject(ReplicaHost host, LongSupplier clockMs, long heardMs) {
        this.openedMs = clockMs.getAsLong();
        this.host = host;
        this.backend = host.backend();
        this.clockMs = clockMs;
        this.heardMs = heardMs;
    }

    /**
     * Opens the project of a folder, or joins it there.
     *
     * @param invite to redeem in an empty store; null where the store belongs to a project
     * @param changed called after each change of what is known; it must return at once
     */
    static HeldProject open(
            Path folder,
            String label,
            @Nullable Invite invite,
            Vertx vertx,
            LongSupplier clockMs,
            Runnable changed) {
        // Many stores in one process: each gets less than a node's only one.
        StoreOptions options =
                StoreOptions.defaults()
                        .withBuffers(8 * MIB, 16 * MIB)
                        .withReserve(8 * MIB, 8 * MIB);
        ReplicaHost host =
                ReplicaHost.open(
                        Home.open(folder),
                        options,
                        vertx,
                        (home, store) -> {
                            if (invite == null && !Replica.belongs(store)) {
                                throw new HomeException(
                                        home.folder()
                                                + " has no project: remove the folder and add the"
                                                + " project by a fresh invite");
                            }
                            List<String> known = invite == null ? List.of() : invite.addresses();
                            return Setup.joining(label, home.stamp(), invite).dialling(known);
                        });
        HeldProject project = new HeldProject(host, clockMs, heard(folder, clockMs));
        host.driver()
                .onPublish(() -> {
                    project.published();
                    changed.run();
                });
        project.published();
        return project;
    }

    /** Completed once the project has let this device in and its history is here. */
    CompletableFuture<Void> admitted() {
        return admitted;
    }

    /** Its folder. */
    Path folder() {
        return host.folder();
    }

    @Override
    public ProjectView view() {
        Published state = state();
        return new ProjectView(
                state,
                backend.names(state),
                Freshness.at(clockMs.getAsLong(), heardMs, ProjectView.connected(state)));
    }

    /** Completed with the reason when the replica has ended by itself; it is to be closed then. */
    CompletableFuture<String> broken() {
        return host.broken();
    }

    /** How long it has been open, ms. */
    long openMs() {
        return clockMs.getAsLong() - openedMs;
    }

    @Override
    public Backend backend() {
        return backend;
    }

    /** Writes down when a node was last connected. Blocks. */
    void remember() {
        Path file = folder().resolve(HEARD);
        Path beside = folder().resolve(HEARD + ".new");
        try {
            Files.writeString(beside, heardMs + "\n", StandardCharsets.US_ASCII);
            Files.move(
                    beside,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new HomeException(file + " cannot be written: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        try {
            remember();
        } finally {
            host.close();
        }
    }

    private Published state() {
        Published state = host.published();
        String why = host.broken().getNow("");
        return why.isEmpty() ? state : state.ended(why);
    }

    private void published() {
        Published state = host.published();
        if (ProjectView.connected(state)) {
            heardMs = clockMs.getAsLong();
        }
        if (state.ready() && state.role() != null) {
            admitted.complete(null);
        }
    }

    private static long heard(Path folder, LongSupplier clockMs) {
        Path file = folder.resolve(HEARD);
        try {
            String text =
                    Files.exists(file)
                            ? Files.readString(file, StandardCharsets.US_ASCII).strip()
                            : "";
            return text.matches("[0-9]{1,15}") ? Long.parseLong(text) : clockMs.getAsLong();
        } catch (IOException e) {
            throw new HomeException(file + " cannot be read: " + e.getMessage(), e);
        }
    }
}

package dev.musher.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.gateway.http.Projects;
import dev.musher.gateway.view.ProjectView;
import dev.musher.node.Home;
import dev.musher.node.HomeException;
import dev.musher.node.Node;
import dev.musher.node.NodeConfig;
import dev.musher.node.NodeMain;
import dev.musher.node.replica.NodeHealth;
import dev.musher.node.store.Batch;
import dev.musher.node.store.RocksStore;
import dev.musher.node.store.StoreOptions;
import dev.musher.node.store.Table;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One project that breaks, or whose disk refuses, takes no other with it and comes back. */
class RegistryTest {

    @TempDir Path folder;

    private final AtomicLong clockMs = new AtomicLong(1_700_000_000_000L);
    private final Vertx vertx = Vertx.vertx();
    private Path projects;
    private Registry registry;

    @BeforeEach
    void make() {
        projects = folder.resolve("projects");
        registry = new Registry(projects, "gateway-1", vertx, clockMs::get);
    }

    @AfterEach
    void stop() throws Exception {
        registry.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    @Tag("M-13")
    void aReplicaThatEndedIsShownAsFailedAndItsAgeCounts() throws Exception {
        String id = project();
        try (HeldProject held =
                HeldProject.open(projects.resolve(id), "g", null, vertx, clockMs::get, () -> {})) {
            assertEquals(NodeHealth.State.READY, held.view().state().health().state());
            held.broken().complete("a write failed");
            clockMs.addAndGet(11_000);
            ProjectView view = held.view();
            assertEquals(NodeHealth.State.FAILED, view.state().health().state());
            assertEquals("a write failed", view.state().health().problems().getFirst().text());
            assertEquals(0, ProjectView.connections(view.state()));
            assertTrue(view.freshness().stale());
            assertEquals(11_000, view.freshness().ageMs());
        }
    }

    @Test
    @Tag("M-13")
    void aReplicaThatEndedIsOpenedAnew() throws Exception {
        String id = project();
        registry.resume();
        HeldProject before = (HeldProject) registry.find(id);
        CompletableFuture<Projects.Held> anew = new CompletableFuture<>();
        registry.onChange(() -> {
            Projects.Held now = registry.find(id);
            if (now != null && !now.equals(before)) {
                anew.complete(now);
            }
        });
        before.broken().complete("a write failed");
        ProjectView view = anew.get(60, TimeUnit.SECONDS).view();
        assertEquals(NodeHealth.State.READY, view.state().health().state());
    }

    @Test
    void aProjectWhoseAgeCannotBeWrittenIsClosedAllTheSame() throws Exception {
        String id = project();
        registry.resume();
        refuseAges(id);
        registry.remember();
        assertTrue(registry.remove(id, false));
        assertNull(registry.find(id));
        assertTrue(Files.exists(projects.resolve(id).resolve("left")));
        Home.open(projects.resolve(id)).close();
    }

    @Test
    void aProjectThatCannotBeMarkedAsLeftStaysHeld() throws Exception {
        String id = project();
        registry.resume();
        Path left = projects.resolve(id).resolve("left");
        Files.createDirectory(left);
        boolean removed = false;
        try {
            removed = registry.remove(id, false);
        } catch (HomeException e) {
            assertTrue(e.getMessage().contains("cannot be marked"), e.getMessage());
        }
        assertFalse(removed);
        assertNotNull(registry.find(id));
    }

    @Test
    void oneThatCannotBeClosedInOrderKeepsNoOtherOpen() throws Exception {
        String first = project();
        String second = project();
        registry.resume();
        refuseAges(first);
        refuseAges(second);
        registry.close();
        Home.open(projects.resolve(first)).close();
        Home.open(projects.resolve(second)).close();
    }

    @Test
    void oneWhoseStoreHoldsNonsenseKeepsNoOtherClosed() throws Exception {
        String first = project();
        String second = project();
        for (String bad : new String[] {first, second}) {
            registry = new Registry(projects, "gateway-1", vertx, clockMs::get);
            try (RocksStore store =
                    RocksStore.open(
                            projects.resolve(bad).resolve("store"), StoreOptions.defaults())) {
                byte[] project = "project".getBytes(StandardCharsets.US_ASCII);
                byte[] good = store.get(Table.META, project);
                store.commit(new Batch().put(Table.META, project, new byte[3]));
                store.close();
                registry.resume();
                assertNull(registry.find(bad));
                assertEquals(1, registry.all().size());
                registry.close();
                restore(bad, project, good);
            }
        }
    }

    private void restore(String id, byte[] key, byte[] value) {
        try (RocksStore store =
                RocksStore.open(projects.resolve(id).resolve("store"), StoreOptions.defaults())) {
            store.commit(new Batch().put(Table.META, key, value));
        }
    }

    /** A folder where the file should be: what a disk without room refuses, refused for ever. */
    private void refuseAges(String id) throws IOException {
        Files.createDirectory(projects.resolve(id).resolve("heard.new"));
    }

    /** The folder of a project that the registry can resume; answers its id. */
    private String project() throws IOException {
        Path home = folder.resolve("founder");
        String id;
        try (Node node =
                NodeMain.start(
                        NodeConfig.resolve(
                                Map.of("home", home.toString(), "http", "127.0.0.1:0"),
                                Map.of()))) {
            id = node.project().hex();
        }
        Files.createDirectories(projects);
        Files.move(home, projects.resolve(id));
        return id;
    }
}

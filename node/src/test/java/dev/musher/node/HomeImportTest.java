package dev.musher.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.ChangeId;
import dev.musher.node.replica.Published;
import dev.musher.node.store.Backup;
import dev.musher.protocol.codec.Signed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An export becomes a home whole or not at all, whenever that is killed. */
class HomeImportTest {

    @TempDir Path folder;

    private List<Signed> history;
    private ChangeId project;

    @BeforeEach
    void work() {
        try (Node node = start("first")) {
            project = node.project();
            history = node.driver().queries().exported(0, 1_000);
        }
    }

    @Test
    @Tag("H-20")
    @Tag("T-B13")
    void untilItIsWholeThereIsNoStoreOfThatName() {
        Path home = folder.resolve("restored");
        // What a kill leaves is what stands there in the middle.
        Iterator<Signed> changes =
                new Iterator<>() {
                    private final Iterator<Signed> all = history.iterator();

                    @Override
                    public boolean hasNext() {
                        return all.hasNext();
                    }

                    @Override
                    public Signed next() {
                        assertFalse(Files.exists(home.resolve(Backup.STORE)));
                        return all.next();
                    }
                };
        Published out = HomeRestore.into(home, changes);
        assertEquals(project, out.project());
        assertTrue(Files.exists(home.resolve(Backup.STORE)));
    }

    @Test
    @Tag("H-20")
    @Tag("T-B13")
    void aKilledImportIsDoneAgain() throws Exception {
        Path home = folder.resolve("restored");
        try (Home held = Home.open(home)) {
            assertTrue(held.unused());
        }
        // Half a store, under the name of what is never whole.
        Files.createDirectory(home.resolve("store.rebuilding"));
        Files.write(home.resolve("store.rebuilding").resolve("CURRENT"), new byte[] {1});
        assertEquals(project, HomeRestore.into(home, history.iterator()).project());
        assertFalse(Files.exists(home.resolve("store.rebuilding")));
        HomeException refused =
                assertThrows(HomeException.class, () -> HomeRestore.into(home, history.iterator()));
        assertTrue(refused.getMessage().contains("belongs to a project"), refused.getMessage());
        try (Node node = start("restored")) {
            assertEquals(project, node.project());
        }
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    @Tag("T-B13")
    void aFileInWhichNothingIsSignedIsNotReadForEver() {
        Signed unsigned = new Signed(history.getLast().change(), null);
        Iterator<Signed> endless =
                new Iterator<>() {
                    private boolean begun;

                    @Override
                    public boolean hasNext() {
                        return true;
                    }

                    @Override
                    public Signed next() {
                        Signed next = begun ? unsigned : history.getFirst();
                        begun = true;
                        return next;
                    }
                };
        Path home = folder.resolve("restored");
        HomeException refused =
                assertThrows(HomeException.class, () -> HomeRestore.into(home, endless));
        assertTrue(refused.getMessage().contains("signature"), refused.getMessage());
        assertFalse(Files.exists(home.resolve(Backup.STORE)));
    }

    private Node start(String name) {
        Map<String, String> all = new TreeMap<>();
        all.put("home", folder.resolve(name).toString());
        all.put("http", "127.0.0.1:0");
        all.put("project", "demo");
        return NodeMain.start(NodeConfig.resolve(all, Map.of()));
    }
}

package dev.musher.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A home whose store is damaged keeps what is beyond doubt and gets back the rest from a peer. */
@Timeout(180)
class HomeRepairTest {

    @TempDir Path folder;

    @Test
    @Tag("T-B5")
    void aHomeOfWhoseStoreNothingIsLeftGetsAllBackFromAPeer() throws Exception {
        Path own = folder.resolve("own");
        try (Node peer = start("peer", Map.of("project", "demo"))) {
            String link =
                    peer.driver()
                            .invite(Role.MEMBER, "friend", null)
                            .toCompletableFuture()
                            .get(30, TimeUnit.SECONDS)
                            .text();
            try (Node node = start("own", Map.of("join", link))) {
                equal(node, peer);
            }
            try (Stream<Path> files = Files.list(own.resolve("store"))) {
                for (Path file : files.toList()) {
                    Files.write(file, new byte[] {1, 2, 3});
                }
            }
            assertThrows(RuntimeException.class, () -> start("own", Map.of()).close());
            HomeRepair.Repaired repaired = HomeRepair.repair(own);
            assertFalse(repaired.opened());
            assertEquals(peer.project(), repaired.project());
            assertTrue(Files.exists(repaired.aside().resolve("CURRENT")), "kept aside");
            try (Node node = start("own", Map.of("peers", peer.http().getAuthority()))) {
                equal(node, peer);
                assertEquals(peer.published().changes(), node.published().changes());
            }
        }
    }

    @Test
    @Tag("T-B5")
    void aSoundStoreComesThroughARepairWhole() throws IOException {
        Path own = folder.resolve("own");
        long changes;
        try (Node node = start("own", Map.of("project", "demo"))) {
            changes = node.published().changes();
        }
        HomeRepair.Repaired repaired = HomeRepair.repair(own);
        assertEquals(changes, repaired.kept());
        assertTrue(repaired.settingsKept());
        assertTrue(HomeRepair.repair(own).aside().endsWith("store.damaged-2"));
    }

    @Test
    @Tag("T-B5")
    void aHomeThatDoesNotKnowItsProjectIsLeftAsItIsAndToldTheNextStep() throws IOException {
        Path own = folder.resolve("own");
        start("own", Map.of("project", "demo")).close();
        Files.delete(own.resolve("project"));
        Files.write(own.resolve("store").resolve("CURRENT"), new byte[] {1});
        try (Stream<Path> files = Files.list(own.resolve("store"))) {
            for (Path file : files.filter(f -> f.toString().contains("MANIFEST")).toList()) {
                Files.write(file, new byte[] {1});
            }
        }
        HomeException refused = assertThrows(HomeException.class, () -> HomeRepair.repair(own));
        assertTrue(refused.getMessage().contains("musher join"), refused.getMessage());
        assertEquals(1, Files.size(own.resolve("store").resolve("CURRENT")));
        assertFalse(Files.exists(own.resolve("verifying")));
    }

    @Test
    @Tag("T-B13")
    void aRepairThatWasKilledBeforeTheDamagedStoreMadeRoomIsDoneAgain() throws IOException {
        Path own = damaged();
        // What the first of the three moves leaves.
        Files.createDirectory(own.resolve("store.repaired"));
        HomeRepair.Repaired repaired = HomeRepair.repair(own);
        assertTrue(Files.exists(repaired.aside().resolve("CURRENT")), "kept aside");
        assertFalse(Files.exists(own.resolve("store.repaired")));
        start("own", Map.of()).close();
    }

    @Test
    @Tag("T-B13")
    void aRepairThatWasKilledBeforeTheNewStoreHadItsNameIsEndedByTheNextStart() throws Exception {
        Path own = damaged();
        HomeRepair.Repaired repaired = HomeRepair.repair(own);
        // What the second of the three moves leaves.
        Files.move(own.resolve("store"), own.resolve("store.repaired"));
        assertTrue(Home.hasStore(own));
        assertEquals(List.of(), HomeVerify.stopped(own, told -> {}).problems());
        start("own", Map.of()).close();
        assertTrue(Files.exists(repaired.aside().resolve("CURRENT")), "kept aside");
        assertFalse(Files.exists(own.resolve("store.repaired")));
    }

    @Test
    @Tag("T-B13")
    void aReplacedStoreThatCannotBeReadIsKeptAside() throws IOException {
        Path own = damaged();
        Path aside = HomeRepair.repair(own).aside();
        Files.move(aside, own.resolve("store.old"));
        start("own", Map.of()).close();
        assertTrue(Files.exists(aside.resolve("CURRENT")), "kept aside");
        assertFalse(Files.exists(own.resolve("store.old")));
    }

    /** A home whose store does not open. */
    private Path damaged() throws IOException {
        start("own", Map.of("project", "demo")).close();
        Path own = folder.resolve("own");
        Files.write(own.resolve("store").resolve("CURRENT"), new byte[] {1, 2, 3});
        return own;
    }

    private Node start(String name, Map<String, String> flags) {
        Map<String, String> all = new TreeMap<>(flags);
        all.put("home", folder.resolve(name).toString());
        all.put("http", "127.0.0.1:0");
        return NodeMain.start(NodeConfig.resolve(all, Map.of()));
    }

    private static void equal(Node a, Node b) throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Runnable look =
                () -> {
                    String digest = a.published().digest();
                    if (!digest.isEmpty() && digest.equals(b.published().digest())) {
                        done.complete(null);
                    }
                };
        a.driver().onPublish(look);
        b.driver().onPublish(look);
        look.run();
        done.get(60, TimeUnit.SECONDS);
        a.driver().forget(look);
        b.driver().forget(look);
    }
}

package dev.musher.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.ChangeId;
import dev.musher.node.store.RocksStore;
import dev.musher.node.store.StoreOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A home is one project's for ever, whenever a restore or a rebuild of it was killed. */
class HomeTest {

    @TempDir Path folder;

    @Test
    @Tag("T-B13")
    void aHomeWhoseStoreIsGoneFoundsNoOtherProject() throws IOException {
        ranOnce("a", Map.of());
        StoreSwap.delete(home("a").resolve("store"));
        HomeException refused = assertThrows(HomeException.class, () -> ranOnce("a", Map.of()));
        assertTrue(refused.getMessage().contains("its store is gone"), refused.getMessage());
        Files.createDirectory(home("a").resolve("store"));
        assertThrows(HomeException.class, () -> ranOnce("a", Map.of()), "an empty store");
    }

    @Test
    void aHomeWhoseFirstStartFailedFoundsAtTheNext() {
        assertThrows(
                ConfigException.class, () -> ranOnce("a", Map.of("join", "musher-invite-AAAA")));
        ranOnce("a", Map.of());
    }

    @Test
    @Tag("T-B13")
    void aRebuildKilledBetweenItsMovesIsUndone() throws IOException {
        ChangeId project = ranOnce("a", Map.of());
        copy(home("a").resolve("store"), home("a").resolve("store.rebuilding"));
        Files.move(home("a").resolve("store"), home("a").resolve("store.old"));
        assertEquals(project, ranOnce("a", Map.of()));
        assertFalse(Files.exists(home("a").resolve("store.old")));
        assertFalse(Files.exists(home("a").resolve("store.rebuilding")));
    }

    @Test
    @Tag("T-B2")
    void aHomeBetweenTheTwoMovesIsVerifiedAndRepairedAndNoBackupIsPutOverIt() throws Exception {
        ranOnce("a", Map.of());
        Files.move(home("a").resolve("store"), home("a").resolve("store.old"));
        assertTrue(HomeVerify.stopped(home("a"), told -> {}).isWell());
        Path backup = home("backup");
        Files.createDirectories(backup);
        Files.copy(home("a").resolve("device.key"), backup.resolve("device.key"));
        HomeException refused =
                assertThrows(HomeException.class, () -> HomeBackup.restore(backup, home("a")));
        assertTrue(String.valueOf(refused.getMessage()).contains("is a home already"));
        assertTrue(HomeRepair.repair(home("a")).opened());
    }

    @Test
    @Tag("T-B13")
    void aRebuildKilledBeforeItsEndDoesNotStopTheNext() throws IOException {
        ChangeId project = ranOnce("a", Map.of());
        copy(home("a").resolve("store"), home("a").resolve("store.old"));
        assertEquals(project, HomeRestore.rebuild(home("a")).project());
        assertFalse(Files.exists(home("a").resolve("store.old")));
        assertEquals(project, ranOnce("a", Map.of()));
    }

    @Test
    void anOldStoreOfAnotherProjectIsNotDeleted() throws IOException {
        ranOnce("a", Map.of());
        ranOnce("b", Map.of());
        copy(home("b").resolve("store"), home("a").resolve("store.old"));
        HomeException refused =
                assertThrows(HomeException.class, () -> HomeRestore.rebuild(home("a")));
        assertTrue(refused.getMessage().contains("another project"), refused.getMessage());
        assertTrue(Files.exists(home("a").resolve("store.old").resolve("CURRENT")));
    }

    @Test
    @Tag("T-B13")
    void aRestoreThatWasKilledIsDoneAgain() throws IOException {
        ChangeId project = ranOnce("a", Map.of());
        Path backup = backup("a");
        // The key stands before the store gets its name.
        Files.createDirectory(home("b"));
        Files.copy(backup.resolve("device.key"), home("b").resolve("device.key"));
        assertThrows(HomeException.class, () -> ranOnce("b", Map.of()));
        HomeBackup.restore(backup, home("b"));
        assertEquals(project, ranOnce("b", Map.of()));
        assertThrows(HomeException.class, () -> HomeBackup.restore(backup, home("b")));
    }

    /** Else the store would be of the old key, and no copy of that would be left. */
    @Test
    @Tag("T-B12")
    void aBackupTakenWhileTheKeyIsRotatedHoldsStoreAndKeyOfOneMoment() throws IOException {
        ranOnce("a", Map.of());
        Path key = home("a").resolve("device.key");
        Path next = home("a").resolve("device.key.next");
        try (RocksStore store =
                RocksStore.open(home("a").resolve("store"), StoreOptions.defaults())) {
            Path once = folder.resolve("once");
            int[] tries = {0};
            HomeBackup.create(
                    home("a"),
                    store,
                    once,
                    () -> {
                        if (tries[0]++ == 0) {
                            write(key, "11".repeat(32));
                        }
                    });
            assertEquals(2, tries[0], "the first one was thrown away");
            assertEquals("11".repeat(32), Files.readString(once.resolve("device.key")));
            Path begun = folder.resolve("begun");
            assertThrows(
                    HomeException.class,
                    () ->
                            HomeBackup.create(
                                    home("a"),
                                    store,
                                    begun,
                                    () -> write(next, "2" + tries[0]++ + "00".repeat(31))));
            assertFalse(Files.exists(begun));
        }
    }

    @Test
    @Tag("T-B12")
    void aBackupInTheStoreItselfIsRefusedWhicheverWayItIsNamed() throws IOException {
        ranOnce("a", Map.of());
        Path link = Files.createSymbolicLink(folder.resolve("link"), home("a"));
        try (RocksStore store =
                RocksStore.open(home("a").resolve("store"), StoreOptions.defaults())) {
            for (Path within :
                    List.of(
                            home("a").resolve("store/x"),
                            home("a").resolve("../a/store/y/z"),
                            link.resolve("store"))) {
                HomeException refused =
                        assertThrows(
                                HomeException.class,
                                () -> HomeBackup.create(home("a"), store, within));
                assertTrue(refused.getMessage().contains("own store"), refused.getMessage());
            }
            HomeBackup.create(home("a"), store, home("a").resolve("../store-2"));
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aHomeOfAnotherDeviceIsNotRestoredOver() throws IOException {
        ranOnce("a", Map.of());
        Path backup = backup("a");
        ranOnce("b", Map.of());
        StoreSwap.delete(home("b").resolve("store"));
        HomeException refused =
                assertThrows(HomeException.class, () -> HomeBackup.restore(backup, home("b")));
        assertTrue(refused.getMessage().contains("is a home already"), refused.getMessage());
    }

    @Test
    void homesAndBackupsAreTheirOwnersAlone() throws IOException {
        Files.createDirectory(home("a"));
        Files.setPosixFilePermissions(home("a"), PosixFilePermissions.fromString("rwxr-xr-x"));
        ranOnce("a", Map.of());
        Path backup = backup("a");
        HomeBackup.restore(backup, home("b"));
        for (Path own : List.of(home("a"), backup, home("b"))) {
            for (Path each : List.of(own, own.resolve("store"))) {
                assertEquals(
                        "rwx------",
                        PosixFilePermissions.toString(Files.getPosixFilePermissions(each)),
                        each.toString());
            }
        }
    }

    private Path home(String name) {
        return folder.resolve(name);
    }

    private Path backup(String name) {
        Path backup = folder.resolve("backup");
        try (RocksStore store =
                RocksStore.open(home(name).resolve("store"), StoreOptions.defaults())) {
            HomeBackup.create(home(name), store, backup);
        }
        return backup;
    }

    private ChangeId ranOnce(String name, Map<String, String> flags) {
        Map<String, String> all = new TreeMap<>(Map.of("http", "127.0.0.1:0"));
        all.putAll(flags);
        all.put("home", home(name).toString());
        try (Node node = NodeMain.start(NodeConfig.resolve(all, Map.of()))) {
            return node.project();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            all.forEach(path -> {
                try {
                    Files.copy(path, to.resolve(from.relativize(path)));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}

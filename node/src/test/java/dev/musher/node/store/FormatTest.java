package dev.musher.node.store;

import static dev.musher.node.store.StoreContractTest.key;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Stores that earlier versions wrote, kept as they were: every later version opens them. Each was
 * copied while open, so that it has table files and a log.
 */
class FormatTest {
    @TempDir Path folder;
    private Path dir;

    @BeforeEach
    void dir() {
        dir = folder.resolve("store");
    }

    @Test
    @Tag("T-A11")
    void formatOneOpensWithAllItsRows() throws IOException, URISyntaxException {
        copyResource("/store-1");
        try (RocksStore store = RocksStore.open(dir, SmallStores.options())) {
            assertEquals("b6d55471de0a03b6", HexFormat.of().formatHex(store.id()));
            assertFalse(store.health().tailDropped());
            for (Table table : Table.values()) {
                byte[] value = store.get(table, key("table " + table.name()));
                if (table == Table.INDEX) {
                    assertNull(value, "deleted in the log");
                } else {
                    assertArrayEquals(key(table.name().repeat(20)), value);
                }
            }
            assertArrayEquals(key("yes"), store.get(Table.META, key("in the log")));
            store.commit(new Batch().put(Table.META, key("now"), key("1")));
            store.verifyChecksums();
            assertEquals("musher store 2\n", Files.readString(dir.resolve("FORMAT")), "raised");
        }
        try (RocksStore again = RocksStore.open(dir, SmallStores.options())) {
            assertArrayEquals(key("1"), again.get(Table.META, key("now")));
        }
    }

    @Test
    @Tag("H-24")
    @Tag("T-B13")
    void aStoreIsRaisedOnlyBehindOneBackupOfWhatItWas() throws IOException, URISyntaxException {
        copyResource("/store-1");
        // What runs left that were killed before they raised anything, and a backup of long ago.
        for (String left : List.of("store.format-1", "store.format-1.partial", "store.format-0")) {
            Files.createDirectories(beside(left).resolve("store"));
            Files.writeString(beside(left).resolve("store/FORMAT"), "half");
        }
        try (RocksStore store = RocksStore.open(dir, SmallStores.options())) {
            store.commit(new Batch().put(Table.META, key("now"), key("1")));
        }
        RocksStore.open(dir, SmallStores.options()).close();
        try (Stream<Path> all = Files.list(folder)) {
            assertEquals(
                    List.of("store", "store.format-1"),
                    all.map(each -> each.getFileName().toString()).sorted().toList());
        }
        Path backup = beside("store.format-1").resolve("store");
        assertEquals("musher store 1\n", Files.readString(backup.resolve("FORMAT")));
        try (RocksStore was = RocksStore.open(backup, SmallStores.options().ofCopy())) {
            assertArrayEquals(key("yes"), was.get(Table.META, key("in the log")));
            assertNull(was.get(Table.META, key("now")), "written after it");
        }
        assertFalse(Files.exists(backup.resolveSibling("store.format-1")), "a copy needs none");
    }

    @Test
    @Tag("H-24")
    @Tag("T-B13")
    void aStoreThatCannotBeBackedUpWholeStaysAsItIs() throws IOException, URISyntaxException {
        copyResource("/store-1");
        Path table = dir.resolve("000021.sst");
        byte[] bytes = Files.readAllBytes(table);
        // In the first rows: the index, which is read at once, stays whole.
        bytes[20] ^= 1;
        Files.write(table, bytes);
        StoreCorruptException refused =
                assertThrows(
                        StoreCorruptException.class,
                        () -> RocksStore.open(dir, SmallStores.options()));
        assertTrue(refused.getMessage().contains("was not raised"), refused.getMessage());
        assertEquals("musher store 1\n", Files.readString(dir.resolve("FORMAT")));
        assertFalse(Files.exists(beside("store.format-1")));
    }

    private Path beside(String name) {
        return folder.resolve(name);
    }

    private void copyResource(String name) throws IOException, URISyntaxException {
        Files.createDirectory(dir);
        URL folder = FormatTest.class.getResource(name);
        try (Stream<Path> files = Files.list(Path.of(folder.toURI()))) {
            for (Path file : files.toList()) {
                Files.copy(file, dir.resolve(file.getFileName().toString()));
            }
        }
    }
}

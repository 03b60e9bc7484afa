package dev.musher.node.store;

import static dev.musher.node.store.StoreContractTest.key;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Stores that earlier versions wrote, kept as they were: every later version opens them. Each was
 * copied while open, so that it has table files and a log.
 */
class FormatTest {
    @TempDir Path dir;

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

    private void copyResource(String name) throws IOException, URISyntaxException {
        URL folder = FormatTest.class.getResource(name);
        try (Stream<Path> files = Files.list(Path.of(folder.toURI()))) {
            for (Path file : files.toList()) {
                Files.copy(file, dir.resolve(file.getFileName().toString()));
            }
        }
    }
}

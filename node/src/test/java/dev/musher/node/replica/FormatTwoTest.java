package dev.musher.node.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.Event;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.Value;
import dev.musher.node.store.Batch;
import dev.musher.node.store.Reader;
import dev.musher.node.store.RocksStore;
import dev.musher.node.store.Store;
import dev.musher.node.store.StoreOptions;
import dev.musher.node.store.Table;
import dev.musher.protocol.json.Command;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A store of format 2, the first with outlines, opens with the state it had. To write the resource
 * anew: {@code -Dmusher.format2=<folder that is not there>}.
 */
class FormatTwoTest {

    private static final String DIGEST =
            "81090c21a53d016d25ef3dd53e3563b7b3b311fd9685e109415a70c2fc6bb6ba";

    @TempDir Path dir;

    @Test
    @Tag("T-A11")
    void formatTwoOpensWithItsOutlinesAndItsState() throws IOException, URISyntaxException {
        String target = System.getProperty("musher.format2");
        if (target != null) {
            write(Path.of(target));
            return;
        }
        Path from =
                Path.of(
                        Objects.requireNonNull(FormatTwoTest.class.getResource("/store-2"))
                                .toURI());
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, dir.resolve(file.getFileName().toString()));
            }
        }
        try (RocksStore store = RocksStore.open(dir, options())) {
            World world = new World();
            World.Node node = world.node("10.0.0.1:1");
            copy(store, node.store);
            node.open(Setup.founding("again", "stamp", "demo", World.recovery()));
            world.pass(1_000);
            assertEquals(DIGEST, node.shown().digest());
            assertEquals(2, outlines(store));
            assertTrue(Replica.belongs(store));
        }
    }

    private static long outlines(Reader store) {
        return Replica.exported(store, 0, 1_000).stream()
                .filter(signed -> signed.change().isOutline())
                .count();
    }

    private static StoreOptions options() {
        return StoreOptions.defaults().withReserve(0, 0);
    }

    private static void write(Path folder) throws IOException {
        World world = new World();
        World.Node node = world.founder();
        node.does(World.create("x"));
        for (String text : List.of("first ", "second ", "third ")) {
            node.does(
                    new Command.Edit(
                            "1",
                            new TreeMap<>(Map.of(Field.BODY, new Value.Text(text.repeat(30)))),
                            new TreeMap<>(),
                            null));
        }
        node.does(new Command.Act("1", Event.DONE, "", new TreeMap<>(), null));
        node.asks(t -> new Input.Checkpoint(t, World.USER, node.queries.replaced()));
        node.asks(t -> new Input.Compact(t, false, 0, 0, 0));
        world.pass(1_000);
        assertEquals(2, outlines(node.store));
        try (RocksStore store = RocksStore.open(folder, options())) {
            copy(node.store, store);
            store.compact();
        }
        for (String local : List.of("LOG", "OWNER", "LOCK")) {
            Files.deleteIfExists(folder.resolve(local));
        }
        // Goes into DIGEST above.
        Files.writeString(folder.resolve("DIGEST"), node.shown().digest() + "\n");
    }

    private static void copy(Reader from, Store to) {
        Batch rows = new Batch();
        for (Table table : Table.values()) {
            from.scan(
                    table,
                    new byte[0],
                    null,
                    (key, row) -> {
                        rows.put(table, key, row);
                        return true;
                    });
        }
        to.commit(rows);
    }
}

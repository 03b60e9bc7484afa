package dev.musher.node.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One file in one folder, whatever happens to the processes that unpack it. */
class NativeLibraryTest {
    @TempDir Path folder;

    @Test
    @Tag("T-B1")
    void unpackingAgainOrAfterAKillLeavesOneWholeFile() throws IOException {
        Path library = NativeLibrary.unpacked(folder);
        byte[] whole = Files.readAllBytes(library);
        assertEquals(library, NativeLibrary.unpacked(folder));

        // What a kill in the middle of unpacking leaves.
        Files.write(library.resolveSibling("part"), new byte[100]);
        Files.delete(library);
        NativeLibrary.unpacked(folder);
        assertArrayEquals(whole, Files.readAllBytes(library));

        SmallStores.flip(library, whole.length / 2);
        NativeLibrary.unpacked(folder);
        assertArrayEquals(whole, Files.readAllBytes(library));

        assertEquals(List.of(library.getFileName().toString(), "lock"), names(library));
    }

    private static List<String> names(Path library) throws IOException {
        try (Stream<Path> files = Files.list(library.getParent())) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}

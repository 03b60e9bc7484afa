package dev.musher.node.store;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Small stores for tests, and ways to damage them. */
final class SmallStores {
    private SmallStores() {}

    /** Small buffers, so that table files are made soon, and no reserve. */
    static StoreOptions options() {
        return StoreOptions.defaults().withReserve(0, 1 << 20).withBuffers(1 << 20, 1 << 20);
    }

    /** Files of a store by the end of their names, in the order of names. */
    static List<Path> files(Path dir, String suffix) throws IOException {
        try (Stream<Path> files = Files.list(dir)) {
            return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
        }
    }

    /** Whether a file has bytes. */
    static boolean notEmpty(Path file) {
        try {
            return Files.size(file) > 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Inverts one byte. */
    static void flip(Path file, long at) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.seek(at);
            int before = open.read();
            open.seek(at);
            open.write(~before);
        }
    }
}

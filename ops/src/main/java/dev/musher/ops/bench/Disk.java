package dev.musher.ops.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Sizes and removal of folders. */
final class Disk {

    private Disk() {}

    /** Bytes of all files below a folder, without the store's reserve file. */
    static long bytes(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            long sum = 0;
            for (Path path : all.filter(Files::isRegularFile).toList()) {
                sum +=
                        path.getFileName()
                                        .toString()
                                        .toLowerCase(java.util.Locale.ROOT)
                                        .contains("reserve")
                                ? 0
                                : Files.size(path);
            }
            return sum;
        }
    }

    static void remove(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.delete(path);
            }
        }
    }
}

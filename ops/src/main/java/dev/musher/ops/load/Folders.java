package dev.musher.ops.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Copies and removes folders. Stateless. */
final class Folders {

    /** The reserve for a full disk, and what says that a process has the home. */
    private static final Set<String> LEFT_OUT = Set.of("RESERVE", "lock", "run.json");

    private Folders() {}

    /**
     * Copies the files of a folder; those that vanish meanwhile, the reserve and the lock are left
     * out.
     */
    static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (Files.isDirectory(file)) {
                    copy(file, to.resolve(name));
                } else if (!LEFT_OUT.contains(name)) {
                    copyFile(file, to.resolve(name));
                }
            }
        }
    }

    private static void copyFile(Path file, Path to) throws IOException {
        try {
            Files.copy(file, to);
        } catch (NoSuchFileException e) {
            if (!file.toString().endsWith(".sst") && !file.toString().endsWith(".log")) {
                throw e;
            }
            // What a compaction replaced, or a flush emptied, is deleted some time after it.
        }
    }

    /** Removes a folder, if it is there. */
    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.delete(path);
            }
        }
    }
}

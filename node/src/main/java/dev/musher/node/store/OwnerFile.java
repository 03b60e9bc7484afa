package dev.musher.node.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * Tells a second process which one holds the store. Only a hint: what excludes is RocksDB's own
 * lock file, which the system frees at any death of its holder.
 */
final class OwnerFile {
    private static final String NAME = "OWNER";

    private OwnerFile() {}

    /** Writes the number of this process; the store must be held already. */
    static void write(Path dir) throws IOException {
        Files.writeString(dir.resolve(NAME), ProcessHandle.current().pid() + "\n");
    }

    /** The process that holds the store, if it says so and lives. */
    static OptionalLong read(Path dir) throws IOException {
        Path file = dir.resolve(NAME);
        if (!Files.exists(file)) {
            return OptionalLong.empty();
        }
        String text = Files.readString(file, StandardCharsets.UTF_8).strip();
        if (text.isEmpty() || text.length() > 18 || !text.chars().allMatch(Character::isDigit)) {
            return OptionalLong.empty();
        }
        long pid = Long.parseLong(text);
        return ProcessHandle.of(pid).isPresent() ? OptionalLong.of(pid) : OptionalLong.empty();
    }

    /** Removes it; the store must still be held. */
    static void delete(Path dir) throws IOException {
        Files.deleteIfExists(dir.resolve(NAME));
    }
}

package dev.musher.node.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The format version in a file of its own beside the database, because opening the database to ask
 * already changes it. The database holds the version too; the file is there first.
 */
final class FormatFile {
    /**
     * Newest format this version reads, and the one it writes. 2: outlines may stand in place of
     * changes. An older store is raised to it when it is opened, by {@link Migration}.
     */
    static final int KNOWN = 2;

    private static final String NAME = "FORMAT";
    private static final String PREFIX = "musher store ";

    private FormatFile() {}

    /**
     * Checks the format of a store about to be opened, and marks a new one. Changes nothing in one
     * that is there.
     *
     * @return its format, {@link #KNOWN} or older
     */
    static int check(Path dir) throws IOException {
        Path file = dir.resolve(NAME);
        if (Files.exists(file)) {
            int found = parse(dir, Files.readString(file, StandardCharsets.UTF_8));
            if (found > KNOWN) {
                throw new NewerFormatException(dir.toString(), found, KNOWN);
            }
            return found;
        }
        if (Files.exists(dir.resolve("CURRENT"))) {
            throw new StoreCorruptException(
                    "the store in "
                            + dir
                            + " lacks its file FORMAT, so its version is unknown: restore it",
                    null);
        }
        PrivateFolder.make(dir);
        write(dir, KNOWN);
        return KNOWN;
    }

    /** Writes the file, durably. */
    static void write(Path dir, int format) throws IOException {
        Durable.write(dir.resolve(NAME), PREFIX + format + "\n");
    }

    private static int parse(Path dir, String text) {
        String trimmed = text.strip();
        if (trimmed.startsWith(PREFIX) && trimmed.length() <= PREFIX.length() + 9) {
            String number = trimmed.substring(PREFIX.length());
            if (!number.isEmpty() && number.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return Integer.parseInt(number);
            }
        }
        throw new StoreCorruptException("the file FORMAT in " + dir + " is damaged", null);
    }
}

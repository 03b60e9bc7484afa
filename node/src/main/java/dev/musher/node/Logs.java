package dev.musher.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.FileHandler;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/**
 * Where a daemon's log goes: stderr, and {@code logs/node.log} of the home, three files of 5 MB.
 */
public final class Logs {

    private static final int FILE_BYTES = 5_000_000;
    private static final int FILES = 3;

    private Logs() {}

    /** Adds the file of a home to the log of this process; for a process that is one daemon. */
    public static void to(Path home) {
        Path folder = home.resolve("logs");
        try {
            Files.createDirectories(folder);
            FileHandler file =
                    new FileHandler(
                            folder.toString().replace("%", "%%") + "/node%g.log",
                            FILE_BYTES,
                            FILES,
                            true);
            file.setFormatter(new SimpleFormatter());
            file.setLevel(Level.INFO);
            Logger.getLogger("").addHandler(file);
        } catch (IOException e) {
            throw new HomeException("the log in " + folder + " cannot be written: " + e, e);
        }
    }
}

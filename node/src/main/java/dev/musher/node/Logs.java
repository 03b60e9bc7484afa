package dev.musher.node;

import dev.musher.node.store.PrivateFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.ConsoleHandler;
import java.util.logging.FileHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/**
 * Where a daemon's log goes: {@code logs/node0.log} of the home, three files of 5 MB, and stderr.
 * The stderr of a daemon that was started to outlive its parent is a file without a bound: once it
 * is ready, only its own end is told there.
 */
public final class Logs {

    private static final int FILE_BYTES = 5_000_000;
    private static final int FILES = 3;

    /** In the environment of a process that nobody watches. */
    public static final String DETACHED = "MUSHER_DETACHED";

    private Logs() {}

    /** Ends the log on stderr; the file goes on. */
    static void leaveStderr() {
        Logger root = Logger.getLogger("");
        for (Handler handler : root.getHandlers()) {
            if (handler instanceof ConsoleHandler) {
                root.removeHandler(handler);
            }
        }
    }

    /** Adds the file of a home to the log of this process; for a process that is one daemon. */
    public static void to(Path home) {
        Path folder = home.resolve("logs");
        try {
            PrivateFolder.make(home);
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

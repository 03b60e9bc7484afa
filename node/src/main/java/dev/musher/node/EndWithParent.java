package dev.musher.node;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;

/**
 * Ends a daemon when the process that started it is gone, however that one ended: a kill leaves it
 * no time to end its children. The starter keeps the other end of the daemon's stdin; the system
 * closes it with the process, so there is no number of a process that could mean another one.
 */
public final class EndWithParent {

    /** Set to {@code stdin} by a starter that wants this; daemons of {@code up} outlive it. */
    public static final String VARIABLE = "MUSHER_ENDS_WITH";

    private EndWithParent() {}

    /**
     * Calls {@code end} on a thread of its own once {@code stdin} ends, if the environment asks for
     * it. Returns at once.
     */
    public static void watch(Map<String, String> environment, InputStream stdin, Runnable end) {
        if (!environment.getOrDefault(VARIABLE, "").equals("stdin")) {
            return;
        }
        Thread.ofPlatform()
                .daemon()
                .name("parent")
                .start(() -> {
                    drain(stdin);
                    end.run();
                });
    }

    private static void drain(InputStream stdin) {
        try {
            stdin.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            // A pipe that cannot be read has no writer any more either.
            System.getLogger(EndWithParent.class.getName())
                    .log(System.Logger.Level.INFO, "stdin cannot be read: {0}", e.getMessage());
        }
    }
}

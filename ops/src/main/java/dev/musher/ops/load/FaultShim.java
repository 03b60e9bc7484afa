package dev.musher.ops.load;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A library that is loaded before the C library of a node and makes its disk fail ({@code
 * faults/disk.c}). Compiled where it is used, which needs gcc and Linux. Not thread safe.
 */
final class FaultShim {

    private static final String SOURCE = "/faults/disk.c";

    private final Path library;
    private final Path plan;

    private FaultShim(Path library, Path plan) {
        this.library = library;
        this.plan = plan;
    }

    /** Compiles it into a folder; null where there is no compiler. */
    static @Nullable FaultShim build(Path folder) throws IOException, InterruptedException {
        Path source = folder.resolve("disk.c");
        try (InputStream in = FaultShim.class.getResourceAsStream(SOURCE)) {
            if (in == null) {
                throw new IllegalStateException("this build lacks " + SOURCE);
            }
            Files.copy(in, source, StandardCopyOption.REPLACE_EXISTING);
        }
        Path library = folder.resolve("disk.so");
        Process gcc;
        try {
            gcc =
                    new ProcessBuilder(
                                    List.of(
                                            "gcc",
                                            "-O1",
                                            "-shared",
                                            "-fPIC",
                                            "-o",
                                            library.toString(),
                                            source.toString(),
                                            "-ldl"))
                            .inheritIO()
                            .start();
        } catch (IOException e) {
            return null;
        }
        return gcc.waitFor() == 0 ? new FaultShim(library, folder.resolve("fault")) : null;
    }

    /** For the environment of a node whose disk is to fail. */
    Map<String, String> environment() {
        return Map.of("LD_PRELOAD", library.toString(), "MUSHER_FAULT", plan.toString());
    }

    /**
     * From now on the Nth sync or write of a file of the store fails.
     *
     * @param call {@code sync} or {@code write}
     * @param sticky whether all later ones fail too
     */
    void fail(String call, int nth, boolean sticky) throws IOException {
        arm(call + " " + nth + " " + (sticky ? "sticky" : "once") + " 0\n");
    }

    /** From now on each sync takes longer. */
    void slow(int ms) throws IOException {
        arm("none 0 once " + ms + "\n");
    }

    private void arm(String text) throws IOException {
        // Whole at once: the node looks for it at every call.
        Path part = plan.resolveSibling("fault.part");
        Files.writeString(part, text);
        Files.move(part, plan, StandardCopyOption.ATOMIC_MOVE);
    }

    /** When the fault was first made, in ms since 1970; empty where it was not. */
    OptionalLong firedMs() throws IOException {
        Path fired = plan.resolveSibling(plan.getFileName() + ".fired");
        if (!Files.exists(fired)) {
            return OptionalLong.empty();
        }
        String text = Files.readString(fired).strip();
        return text.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text));
    }

    /** Nothing fails in the next node that is started. */
    void disarm() throws IOException {
        Files.deleteIfExists(plan);
        Files.deleteIfExists(plan.resolveSibling(plan.getFileName() + ".fired"));
    }
}

package dev.musher.ops.load;

import dev.musher.ops.cli.Failure;
import java.io.IOException;
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

    private final Path library;
    private final Path plan;

    private FaultShim(Path library, Path plan) {
        this.library = library;
        this.plan = plan;
    }

    /** Compiles it into a folder. {@link Failure} where there is no compiler. */
    static FaultShim require(Path folder) throws IOException, InterruptedException {
        FaultShim shim = build(folder);
        if (shim == null) {
            throw new Failure(
                    Failure.FAILED,
                    "this needs Linux and gcc, to compile what makes the disk fail: install gcc");
        }
        return shim;
    }

    /** Compiles it into a folder; null where there is no compiler. */
    static @Nullable FaultShim build(Path folder) throws IOException, InterruptedException {
        Path library = ShimCompiler.build(folder, "disk");
        return library == null ? null : new FaultShim(library, folder.resolve("fault"));
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
        arm(call + " " + nth + " " + (sticky ? "sticky" : "once") + " 0 -\n");
    }

    /**
     * The process is killed at the Nth call of a name on a file.
     *
     * @param call {@code sync}, {@code write}, {@code rename}, {@code link}, {@code unlink}, {@code
     *     mkdir} or {@code create}
     * @param after whether the call is made before the end, else it is not
     * @param pattern as of the shell, of whole paths; of a rename or link, the new name
     */
    void kill(String call, int nth, boolean after, String pattern) throws IOException {
        arm(call + " " + nth + " " + (after ? "after" : "before") + " 0 " + pattern + "\n");
    }

    /** From now on all calls that change a file of the pattern are kept for {@link #calls}. */
    void tell(String pattern) throws IOException {
        arm("any 0 tell 0 " + pattern + "\n");
    }

    /** What {@link #tell} kept, in order: the name of the call, a space, and the file. */
    List<String> calls() throws IOException {
        Path calls = beside(".calls");
        return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
    }

    /** From now on each sync takes longer. */
    void slow(int ms) throws IOException {
        arm("none 0 once " + ms + " -\n");
    }

    private void arm(String text) throws IOException {
        // Whole at once: the node looks for it at every call.
        Path part = plan.resolveSibling("fault.part");
        Files.writeString(part, text);
        Files.move(part, plan, StandardCopyOption.ATOMIC_MOVE);
    }

    /** When the fault was first made, in ms since 1970; empty where it was not. */
    OptionalLong firedMs() throws IOException {
        Path fired = beside(".fired");
        if (!Files.exists(fired)) {
            return OptionalLong.empty();
        }
        String text = Files.readString(fired).strip();
        return text.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text));
    }

    /** Nothing fails in the next node that is started. */
    void disarm() throws IOException {
        Files.deleteIfExists(plan);
        Files.deleteIfExists(beside(".fired"));
        Files.deleteIfExists(beside(".calls"));
    }

    private Path beside(String ending) {
        return plan.resolveSibling(plan.getFileName() + ending);
    }
}

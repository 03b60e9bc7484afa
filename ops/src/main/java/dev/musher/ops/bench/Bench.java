package dev.musher.ops.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/** One benchmark. Writes below a folder of its own and leaves no process or thread behind. */
@FunctionalInterface
interface Bench {

    /**
     * Measures.
     *
     * @param folder empty; the caller removes it
     * @param scale share of the full size, 0 < scale <= 1: for a short look
     * @param out told each figure as it is known
     */
    void run(Path folder, double scale, Consumer<Figure> out)
            throws IOException, InterruptedException;
}

package dev.musher.ops.load;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/** One family of faults of a disk, and what must hold under it. */
interface DiskFault {

    /**
     * Makes the fault again and again.
     *
     * @param folder empty, of its own; the caller removes it where all held
     * @param runs how often
     * @param seed decides where and when
     * @param say takes what people are told meanwhile
     */
    FaultReport run(Path folder, int runs, long seed, Consumer<String> say)
            throws IOException, InterruptedException;
}

package dev.musher.ops.load;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Something that a person has done to a home, in a process of its own that may be killed at any
 * moment. Each run has a folder of its own.
 */
interface Deed {

    /** What the table of kill points calls it. */
    String name();

    /** Makes what it is about to be done to. */
    void prepare(Path folder) throws IOException, InterruptedException;

    /**
     * Does it; returns when its processes are gone, in whatever way.
     *
     * @param environment of the process
     */
    void act(Path folder, Map<String, String> environment) throws IOException, InterruptedException;

    /**
     * Does it once more, undisturbed, where a person would.
     *
     * @return what is not as it should be, before and after that; empty where all is well
     */
    List<String> again(Path folder) throws IOException, InterruptedException;
}

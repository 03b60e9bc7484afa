package dev.musher.node.replica;

import java.util.List;

/**
 * How the node is, for people and probes.
 *
 * @param state what it does at the moment
 * @param problems sentences, the worst first; empty when all is well
 */
public record NodeHealth(State state, List<String> problems) {

    /** What a node does. */
    public enum State {
        /** Belongs to a project and takes commands. */
        READY,
        /** Waits for the history of the project it joins; takes no commands. */
        JOINING,
        /** The disk is full: reads only, until there is room. */
        FULL,
        /** A write failed: the process is about to end. */
        FAILED
    }

    /** Copies the list. */
    public NodeHealth {
        problems = List.copyOf(problems);
    }
}

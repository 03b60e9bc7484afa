package dev.musher.node.replica;

import java.util.List;

/**
 * How the node is, for people and probes.
 *
 * @param state what it does at the moment
 * @param problems the worst first; empty when all is well
 */
public record NodeHealth(State state, List<Problem> problems) {

    /** What a node does. */
    public enum State {
        /** Belongs to a project and takes commands. */
        READY,
        /** Waits for the history of the project it joins; takes no commands. */
        JOINING,
        /** A cut names this device: reads only, as nothing it writes would count. */
        REVOKED,
        /** The project follows rules of a later build: keeps, forwards and reads only. */
        OUTDATED,
        /** The disk is full: reads only, until there is room. */
        FULL,
        /** A write failed: the process is about to end. */
        FAILED
    }

    /**
     * What a person should know of.
     *
     * @param code a stable word, which tells nobody anything but the kind of trouble
     * @param text what happened and what to do
     */
    public record Problem(String code, String text) {}

    /** Copies the list. */
    public NodeHealth {
        problems = List.copyOf(problems);
    }
}

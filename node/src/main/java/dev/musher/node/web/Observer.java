package dev.musher.node.web;

/** Is told of each answered request. Called on the event loop; must not block. */
@FunctionalInterface
public interface Observer {

    /**
     * A request was answered.
     *
     * @param status HTTP status
     * @param nanos from its head to the end of the answer
     */
    void answered(Route route, int status, long nanos);
}

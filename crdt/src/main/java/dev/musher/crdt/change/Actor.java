package dev.musher.crdt.change;

import org.jspecify.annotations.Nullable;

/**
 * Who acts in a change: taken from the caller's token and vouched for by the signing node. Merge
 * rules and permissions read it. {@code name} is 1..300 characters and not blank.
 */
public sealed interface Actor {

    /** The name shown to people. */
    String name();

    /** A person. */
    record User(String name) implements Actor {}

    /**
     * A coding agent.
     *
     * @param grant the claim it works under, null where it works under none
     */
    record Agent(String name, @Nullable Ref grant) implements Actor {}

    /** The node itself: sweeps, promotions, timers. */
    record SystemActor(String name) implements Actor {}
}

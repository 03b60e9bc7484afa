package dev.musher.ops.sim;

import dev.musher.crdt.change.ChangeId;
import dev.musher.node.replica.Arrival;
import dev.musher.node.replica.Published;
import java.util.List;

/**
 * Something that must hold in every run. Told of what happens as it happens, and asked once more at
 * the end, when all faults are healed and everything has had time to settle. Throws {@link
 * Violation}.
 */
interface Invariant {

    /** A node told a caller that a change is done. */
    default void acknowledged(World world, SimNode node, ChangeId change) {}

    /** A node shows a new state with these changes in it. */
    default void published(World world, SimNode node, List<Arrival> arrivals) {}

    /** At a random moment: {@code published} is all that is on the node's disk. */
    default void shown(World world, SimNode node, Published published) {}

    /** At the end. */
    void atEnd(World world);
}

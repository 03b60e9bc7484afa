package dev.musher.ops.sim;

import java.util.List;

/** What some members do to the others in a schedule: one of the kinds of {@link Adversity}. */
interface Adverse {

    /** Devices that are no nodes and that the founder adds. */
    default List<ForeignAuthor> authors() {
        return List.of();
    }

    /**
     * All have joined.
     *
     * @param others nodes that may be against the rest from now on, each with the same right
     * @param many how many of them shall be
     */
    default void begin(List<SimNode> others, int many) {}

    /** How often {@link #one} is called while all are at work. */
    int events();

    /** Something happens. */
    default void one() {}

    /** Faults have stopped; called again a while later. */
    default void calm() {}

    /** All that are honest have agreed, or had the time for it. */
    default void settled() {}

    /** How long after the end of all else {@link #atEnd} is asked, ms. */
    default long closeMs() {
        return 0;
    }

    /** What must hold in the end; throws {@link Violation}. */
    default void atEnd() {}
}

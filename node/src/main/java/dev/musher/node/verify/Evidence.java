package dev.musher.node.verify;

import dev.musher.crdt.change.ChangeId;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is to be verified: changes in the order in which they came, and what was made of them. */
interface Evidence {

    /** The project that it says it is of; null where it does not say. */
    @Nullable ChangeId project();

    /**
     * The next changes, some thousand at most; empty at the end. Called by one thread, which need
     * not be the one that calls the rest.
     */
    List<Found> next() throws IOException;

    /** Whether there is something derived from the changes to be compared. */
    boolean derives();

    /** Compares what was derived from the changes with a fresh fold of them. */
    void compare(Folded folded, Findings findings);
}

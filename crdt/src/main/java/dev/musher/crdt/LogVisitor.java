package dev.musher.crdt;

import dev.musher.crdt.change.Place;
import dev.musher.crdt.pipeline.Written;
import org.jspecify.annotations.Nullable;

/** Takes the ops of an item's log. */
@FunctionalInterface
public interface LogVisitor {

    /**
     * One op.
     *
     * @param index its place in the change
     * @param written what a creation or legal move wrote; null for all others
     */
    void op(Place place, int index, @Nullable Written written);
}

package dev.musher.node.replica;

import dev.musher.crdt.change.Change;
import dev.musher.crdt.pipeline.Written;
import org.jspecify.annotations.Nullable;

/**
 * One op of an item's history.
 *
 * @param index of the op in its change
 * @param written what a creation or legal move wrote; null for an illegal move and for other ops
 */
public record HistoryEntry(Change change, int index, @Nullable Written written) {}

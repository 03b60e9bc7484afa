package dev.musher.crdt;

import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Place;
import dev.musher.crdt.pipeline.Written;
import org.jspecify.annotations.Nullable;

/**
 * That an op is about an item: a row of the item's log.
 *
 * @param lamport of its change
 * @param index of the op in its change
 * @param written what a creation or legal move wrote; null for all others
 */
public record LogRecord(
        ItemKey item, long lamport, Place place, int index, @Nullable Written written) {}

package dev.musher.crdt.pipeline;

import dev.musher.crdt.change.Ref;
import dev.musher.crdt.type.Counter;

/**
 * Retries within one stay in a stage. They belong to the move that began it, so the count starts
 * again by itself with the next move.
 */
record Retries(Ref of, Counter count) {}

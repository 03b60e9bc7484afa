/**
 * The item and its stage: the transition table, the two projections of a stage (column and badge),
 * the item's state as a fold of its ops, its canonical row, and the pure views over many items
 * (board, numbers, dependencies).
 *
 * <p>Stages, registers, rows, claims and numbers follow the executable model of the rules.
 */
@NullMarked
package dev.musher.crdt.pipeline;

import org.jspecify.annotations.NullMarked;

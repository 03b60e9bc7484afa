/**
 * Compares the fold with the executable model of the merge rules ({@code
 * crdt/src/test/model/model.py}) on the same histories: the model prints what it makes of them,
 * {@link dev.musher.ops.model.ModelCompare} says where the fold makes anything else of them.
 */
@NullMarked
package dev.musher.ops.model;

import org.jspecify.annotations.NullMarked;

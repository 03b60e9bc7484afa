/**
 * One merge rule a file, the law in its comment: {@link dev.musher.crdt.type.Register}, {@link
 * dev.musher.crdt.type.AddWinsSet}, {@link dev.musher.crdt.type.Counter}, {@link
 * dev.musher.crdt.type.NoteList}.
 *
 * <p>All are values: immutable, shared freely, each step gives a new one. Their state is a function
 * of the set of counted ops, given that an op arrives after the ops it names. Deterministic order
 * of concurrent ops is everywhere (lamport, ref).
 */
@NullMarked
package dev.musher.crdt.type;

import org.jspecify.annotations.NullMarked;

/**
 * The change: the unit of signing, storing and sending. Ids, the sealed {@link
 * dev.musher.crdt.change.Op} and its vocabulary, the canonical bytes of all of them, and the graph
 * that changes form.
 *
 * <p>{@code Op} lives here and not with the pipeline it describes because a change is made of ops:
 * the other way round the two packages would need each other.
 */
@NullMarked
package dev.musher.crdt.change;

import org.jspecify.annotations.NullMarked;

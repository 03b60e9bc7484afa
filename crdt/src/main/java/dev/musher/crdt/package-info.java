/**
 * The project as a pure function of its changes. {@link dev.musher.crdt.Project} decides which
 * changes are admitted (by the change and its past alone, for ever), which ops count (by the whole
 * set, which may change), and what they add up to: items, members, and one {@link
 * dev.musher.crdt.Digest} over both. {@link dev.musher.crdt.Patch} says what a change altered.
 *
 * <p>Nothing here stores, sends, or asks a clock: {@link dev.musher.crdt.History} is what it reads.
 * The executable form of the rules stands beside the tests ({@code src/test/model/model.py}); the
 * fold is compared with it on the same histories. Where the two disagree, mend both in the open.
 */
@NullMarked
package dev.musher.crdt;

import org.jspecify.annotations.NullMarked;

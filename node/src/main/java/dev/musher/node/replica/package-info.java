/**
 * The node's core: decides what a change, a frame or a command means, and says what is to be done
 * about it.
 *
 * <p>{@code Replica} takes one {@link dev.musher.node.replica.Input} and the time, and returns
 * {@code Effect}s; it does no I/O, so that a seed replays a whole mesh. Around it, one noun a
 * class: {@code LocalWriter} makes changes of commands, {@code Inbox} admits those of peers, {@code
 * Batches} groups them into commits, {@code Peers} keeps the sessions, {@code Rows} turns records
 * into rows. {@code Published} is what is on disk, for readers on other threads, asked through
 * {@code Queries}.
 *
 * <p>The rule that everything here serves: durable before visible. A reply, a send or a published
 * update that tells of a change leaves only when the batch with that change is committed.
 */
@NullMarked
package dev.musher.node.replica;

import org.jspecify.annotations.NullMarked;

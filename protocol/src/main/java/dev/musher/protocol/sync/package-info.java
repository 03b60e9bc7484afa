/**
 * How two nodes prove who they are and bring each other up to date: sections 8 and 9 of {@code
 * protocol/PROTOCOL.md}.
 *
 * <p>{@link dev.musher.protocol.sync.PeerSession} is the state kept about one peer, {@link
 * dev.musher.protocol.sync.SyncHub} what the sessions of a node share, {@link
 * dev.musher.protocol.sync.SyncView} what they ask of the project. {@link
 * dev.musher.protocol.sync.Topology} says whom to dial and {@link dev.musher.protocol.sync.Backoff}
 * when.
 *
 * <p>Pure: no input or output, no clock, no thread, no source of randomness; time and nonces are
 * arguments. All of it belongs to one thread, the one that owns the project. Nothing queues here: a
 * session holds what is to be said as differences between what this node has and what its peer is
 * known to have, and makes a frame only when asked for one.
 */
@NullMarked
package dev.musher.protocol.sync;

import org.jspecify.annotations.NullMarked;

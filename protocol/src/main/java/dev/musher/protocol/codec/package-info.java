/**
 * What travels between two peers, below the meaning of the messages: frames and their bounds,
 * changes with the signatures beside them, and the rule by which one signature covers a run of
 * changes. Decoders throw {@link dev.musher.crdt.change.Malformed} for bad bytes and nothing else.
 * Pure: no clock, no input or output.
 */
@NullMarked
package dev.musher.protocol.codec;

import org.jspecify.annotations.NullMarked;

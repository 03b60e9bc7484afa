package dev.musher.crdt.change;

import org.jspecify.annotations.Nullable;

/**
 * A head that a cut or a settlement of a fork keeps.
 *
 * @param seq 1..2^40
 * @param signature over {@code id}, so that a receiver can verify the run below it; null only where
 *     the head's own signature is known to travel with it
 */
public record Kept(long epoch, long seq, ChangeId id, @Nullable Signature signature) {}

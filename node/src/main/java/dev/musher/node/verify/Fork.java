package dev.musher.node.verify;

import dev.musher.crdt.change.Chain;

/**
 * A place in a chain where its device wrote two changes.
 *
 * @param seq of both
 * @param settled whether an owner's word says which of them counts: no longer a problem then
 */
public record Fork(Chain chain, int seq, String one, String other, boolean settled) {}

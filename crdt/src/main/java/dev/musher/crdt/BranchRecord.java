package dev.musher.crdt;

import dev.musher.crdt.change.Chain;
import dev.musher.crdt.change.Place;
import org.jspecify.annotations.Nullable;

/**
 * That a branch was opened.
 *
 * @param branch its local number; they are given in order, from 0
 * @param parent where it leaves its chain's other branch; null where it begins at seq 1
 */
public record BranchRecord(int branch, Chain chain, @Nullable Place parent) {}

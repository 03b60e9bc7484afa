/**
 * The simulator: a whole mesh of production replicas in one thread, replayed exactly from one seed.
 *
 * <p>Stubbed are the clock, the network, the disk (the store's model) and, in most seeds, the
 * signer; the replica, the fold, the codec and the sync are the production code. Everything that
 * could differ between two runs comes from the seed: no clock, thread, file or unseeded chance in
 * here. The idea is FoundationDB's; the swarm of options per seed is that of Groce et al., "Swarm
 * testing", 2012.
 */
@NullMarked
package dev.musher.ops.sim;

import org.jspecify.annotations.NullMarked;

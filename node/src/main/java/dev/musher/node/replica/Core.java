package dev.musher.node.replica;

import java.util.random.RandomGenerator;

/** The parts of one replica, for those of its classes that need several. */
record Core(
        Setup setup,
        Ledger ledger,
        LocalChain chain,
        LocalWriter writer,
        Batches batches,
        Turn turn,
        Standing standing,
        DurableView view,
        Invites invites,
        Peers peers,
        Counters counters,
        RandomGenerator random) {}

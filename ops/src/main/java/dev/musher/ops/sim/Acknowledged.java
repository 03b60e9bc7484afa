package dev.musher.ops.sim;

import dev.musher.crdt.change.ChangeId;

/**
 * I4 and I6: what a caller was told is done was synced before, and is on every node in the end,
 * whatever crashed.
 */
final class Acknowledged implements Invariant {

    @Override
    public void acknowledged(World world, SimNode node, ChangeId change) {
        if (!node.holds(change)) {
            throw new Violation(
                    "I6",
                    "node " + node.index() + " acknowledged " + change + " before it was synced");
        }
    }

    @Override
    public void atEnd(World world) {
        for (SimNode node : world.honest()) {
            world.acknowledged()
                    .forEach((change, by) -> {
                        if (!node.holds(change)) {
                            throw new Violation(
                                    "I4",
                                    "node "
                                            + node.index()
                                            + " lacks "
                                            + change
                                            + ", acknowledged by node "
                                            + by);
                        }
                    });
        }
    }
}

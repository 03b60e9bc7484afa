package dev.musher.ops.sim;

import dev.musher.node.replica.Published;

/** A node that starts again on its disk shows what it showed before. */
final class RestartIsSame implements Invariant {

    @Override
    public void atEnd(World world) {
        for (SimNode node : world.nodes()) {
            Published before = node.published();
            Published after = node.reopened();
            if (before == null || !before.digest().equals(after.digest()) || before.changes() != after.changes()) {
                throw new Violation("A10", "node " + node.index() + " shows another state after a restart");
            }
        }
    }
}

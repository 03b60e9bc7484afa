package dev.musher.ops.sim;

import dev.musher.crdt.pipeline.Item;
import dev.musher.node.replica.Published;
import java.util.ArrayList;
import java.util.List;

/** A node that starts again on its disk shows what it showed before. */
final class RestartIsSame implements Invariant {

    @Override
    public void atEnd(World world) {
        for (SimNode node : world.honest()) {
            Published before = node.published();
            SimNode.Reopened again = node.reopened();
            Published after = again.settled();
            if (before == null
                    || !before.digest().equals(after.digest())
                    || before.changes() != again.first().changes()) {
                throw new Violation(
                        "A10",
                        "node "
                                + node.index()
                                + " shows another state after a restart: "
                                + (before == null ? "nothing before" : difference(before, after)));
            }
        }
    }

    private static String difference(Published before, Published after) {
        List<String> out = new ArrayList<>();
        out.add(before.changes() + " changes, then " + after.changes());
        before.items()
                .forEach((key, item) -> {
                    Item other = after.items().get(key);
                    if (!item.equals(other)) {
                        out.add(item + " was then " + other);
                    }
                });
        out.add(before.digest() + " then " + after.digest());
        return String.join("; ", out);
    }
}

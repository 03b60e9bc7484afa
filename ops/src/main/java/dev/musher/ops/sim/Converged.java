package dev.musher.ops.sim;

import dev.musher.node.replica.PeerView;
import dev.musher.node.replica.Published;
import java.util.ArrayList;
import java.util.List;

/** I1 and I3: when faults have stopped, all nodes hold the same changes and show the same state. */
final class Converged implements Invariant {

    @Override
    public void atEnd(World world) {
        if (world.converged()) {
            return;
        }
        List<String> shown = new ArrayList<>();
        for (SimNode node : world.nodes()) {
            Published p = node.published();
            shown.add(
                    "node "
                            + node.index()
                            + (p == null
                                    ? " shows nothing"
                                    : " "
                                            + p.changes()
                                            + " changes, digest "
                                            + p.digest()
                                                    .substring(0, Math.min(8, p.digest().length()))
                                            + ", "
                                            + p.health().state()
                                            + peers(p)));
        }
        throw new Violation("I1", String.join("; ", shown));
    }

    private static String peers(Published p) {
        StringBuilder out = new StringBuilder();
        for (PeerView peer : p.peers()) {
            out.append(" [")
                    .append(peer.address())
                    .append(' ')
                    .append(peer.state())
                    .append(' ')
                    .append(peer.detail())
                    .append(']');
        }
        return out.toString();
    }
}

package dev.musher.protocol.sync;

import dev.musher.crdt.change.DeviceId;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * With whom to hold a link. Up to {@value #FULL_MESH} peers: with all of them. Above that: with
 * {@value #LINKS} chosen at random; n nodes with 5 random links each (so about 10 at each node, as
 * the other end holds the link too) are connected, even with a third of them gone, but for a
 * vanishing part of the draws. Stateless.
 */
public final class Topology {
    /** Largest number of peers with which a node holds links to all. */
    public static final int FULL_MESH = 12;

    /** Links a node keeps by itself in a larger mesh. */
    public static final int LINKS = 5;

    /** Links a node takes from others in a larger mesh; beyond it refuses a socket as going. */
    public static final int LINKS_TAKEN_MAX = 64;

    private Topology() {}

    /** Whether a node with so many known peers links to all of them. */
    public static boolean fullMesh(int peers) {
        return peers <= FULL_MESH;
    }

    /**
     * The peers that should be dialled now.
     *
     * @param known peers that can be reached in principle, this node not among them
     * @param linked those a link is held with or being made to, by either side
     * @param dialled those of {@code linked} that this node dialled itself
     * @param random the caller's, seeded
     * @return in an order to try them; never one that is linked
     */
    public static List<DeviceId> dial(
            SortedSet<DeviceId> known,
            SortedSet<DeviceId> linked,
            SortedSet<DeviceId> dialled,
            RandomGenerator random) {
        SortedSet<DeviceId> rest = new TreeSet<>(known);
        rest.removeAll(linked);
        List<DeviceId> candidates = new ArrayList<>(rest);
        if (fullMesh(known.size())) {
            return candidates;
        }
        List<DeviceId> chosen = new ArrayList<>();
        for (int wanted = LINKS - dialled.size(); wanted > 0 && !candidates.isEmpty(); wanted--) {
            chosen.add(candidates.remove(random.nextInt(candidates.size())));
        }
        return chosen;
    }

    /** One of the linked peers, for the probe of every 10 s; {@code linked} must not be empty. */
    public static DeviceId probe(SortedSet<DeviceId> linked, RandomGenerator random) {
        return new ArrayList<>(linked).get(random.nextInt(linked.size()));
    }
}

package dev.musher.ops.sim;

import dev.musher.node.store.ModelStore;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Disks that come back older than they were, which what was synced does not protect from: a backup
 * is restored, the tail of the log is damaged, a machine is put back to a snapshot. What then is on
 * no disk any more is lost; everything else must go on as ever. Not thread safe.
 */
final class OldDisks {

    private final World world;
    private final RandomGenerator random;
    private final SortedMap<Integer, ModelStore> copies = new TreeMap<>();

    OldDisks(World world, RandomGenerator random) {
        this.world = world;
        this.random = random;
    }

    /** Brings the copy of a node's disk back, or makes copies where there is none of it. */
    void one(SimNode node) {
        if (!node.up() || node.busy() || !node.joined() || world.awaited(node)) {
            return;
        }
        ModelStore copy = copies.remove(node.index());
        if (copy == null) {
            for (SimNode each : world.nodes()) {
                if (each.up() && !each.busy() && each.joined()) {
                    copies.put(each.index(), each.disk().copy(each.disk().id()));
                }
            }
            return;
        }
        node.crash();
        switch (random.nextInt(3)) {
            // As `restore-home` does: another store, so another stamp.
            case 0 -> node.putBack(copy.copy(id()), false);
            // The store says that its newest rows are gone.
            case 1 -> node.putBack(copy, true);
            // Nobody says anything: the device forks its own chain until a peer tells it.
            default -> {
                world.twin(node);
                node.putBack(copy, false);
            }
        }
        world.forgetLost();
        world.agenda().in(random.nextInt(3_000), node::restart);
    }

    private byte[] id() {
        byte[] id = new byte[8];
        random.nextBytes(id);
        return id;
    }
}

package dev.musher.ops.sim;

import dev.musher.node.store.Batch;
import dev.musher.node.store.ModelStore;
import dev.musher.node.store.StoreHealth;
import dev.musher.node.store.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Derived rows that go bad while a node is down: cut short, which the start notices, or as they
 * were some time ago, which only a peer with the same changes can notice. Not thread safe.
 */
final class Rot {

    private record Row(byte[] key, byte[] value) {}

    private final World world;
    private final RandomGenerator random;
    private final SortedMap<Integer, Row> former = new TreeMap<>();

    Rot(World world, RandomGenerator random) {
        this.world = world;
        this.random = random;
    }

    /** Damages a row of a node, or remembers how rows are now where none is remembered of it. */
    void one(SimNode node) {
        if (!isOpen(node)) {
            return;
        }
        Row row = former.remove(node.index());
        if (row == null) {
            for (SimNode each : world.nodes()) {
                Row present = isOpen(each) ? any(each.disk()) : null;
                if (present != null) {
                    former.put(each.index(), present);
                }
            }
            return;
        }
        node.crash();
        world.rotten(node);
        boolean whole = random.nextInt(3) > 0;
        int length = whole ? row.value().length : row.value().length / 2;
        node.disk()
                .commit(
                        new Batch()
                                .put(Table.ITEMS, row.key(), Arrays.copyOf(row.value(), length)));
        node.disk().sync();
        world.agenda().in(random.nextInt(1_000), node::restart);
    }

    private static boolean isOpen(SimNode node) {
        return node.up() && !node.busy() && node.disk().health().state() == StoreHealth.State.OPEN;
    }

    private @Nullable Row any(ModelStore disk) {
        List<Row> rows = new ArrayList<>();
        disk.scan(
                Table.ITEMS,
                new byte[0],
                null,
                (key, value) -> {
                    rows.add(new Row(key, value));
                    return true;
                });
        return rows.isEmpty() ? null : rows.get(random.nextInt(rows.size()));
    }
}

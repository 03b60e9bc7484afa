package dev.musher.ops.sim;

import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.CborWriter;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Header;
import dev.musher.crdt.change.Octets;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Role;
import dev.musher.node.replica.Replica;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.crypto.Signer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Devices of a later version: among what everybody knows they write ops of kinds that no node of
 * this version knows. Each change is given to one node; the others must get it from each other, to
 * the byte, and agree on all the rest. Not thread safe.
 */
final class Newer implements Adverse {

    /** Changes of later versions in a schedule. */
    private static final int EVENTS = 40;

    private static final int ALL = 100_000;

    /** Kinds below 16 are about members; see PROTOCOL.md. */
    private static final int[] KINDS = {11, 12, 15, 90, 4711};

    private final World world;
    private final RandomGenerator random;
    private final ForeignView view;
    private final ForeignOps ops;
    private final List<ForeignAuthor> authors = new ArrayList<>();
    private final SortedMap<ChangeId, Change> own = new TreeMap<>();

    Newer(World world, RandomGenerator random, Supplier<Signer> keys) {
        this.world = world;
        this.random = random;
        this.view = new ForeignView(world);
        this.ops = new ForeignOps(view.project(), random);
        authors.add(new ForeignAuthor(keys.get(), Role.OWNER, random.nextLong()));
        authors.add(new ForeignAuthor(keys.get(), Role.MEMBER, random.nextLong()));
    }

    @Override
    public List<ForeignAuthor> authors() {
        return authors;
    }

    @Override
    public int events() {
        return EVENTS;
    }

    /** Writes one change after what some node has, and hands it to that node or another one. */
    @Override
    public void one() {
        SimNode source = pick(world.nodes());
        SimNode target = pick(world.nodes());
        if (!source.up() || source.busy() || !target.up() || !view.read(source)) {
            return;
        }
        ForeignAuthor author = pick(authors);
        List<Op> written = new ArrayList<>();
        for (int i = 0; i <= random.nextInt(3); i++) {
            written.add(random.nextInt(3) > 0 ? unknown() : ops.any());
        }
        Header header = author.next(view.project(), world.agenda().nowMs()).header();
        Signed signed = author.write(header, new Actor.User("later"), written);
        if (view.take(signed)) {
            own.put(signed.change().id(), signed.change());
            ForeignView.give(target, List.of(signed));
        }
    }

    /** What no disk kept is given to one node once more. */
    @Override
    public void calm() {
        ForeignView.give(world.nodes().getFirst(), view.lost());
    }

    /** Every node keeps and forwards what it does not understand. */
    @Override
    public void atEnd() {
        for (SimNode node : world.honest()) {
            SortedMap<ChangeId, Change> held = new TreeMap<>();
            for (Signed signed : Replica.exported(node.disk(), 0, ALL)) {
                held.put(signed.change().id(), signed.change());
            }
            own.forEach((id, change) -> {
                Change there = held.get(id);
                if (there == null || !Arrays.equals(there.bytes(), change.bytes())) {
                    throw new Violation(
                            "A11",
                            "node "
                                    + node.index()
                                    + (there == null ? " lacks " : " has other bytes of ")
                                    + change
                                    + " of a later version");
                }
            });
        }
    }

    /** An array of a kind and some number. */
    private Op unknown() {
        int kind = KINDS[random.nextInt(KINDS.length)];
        CborWriter out = new CborWriter();
        out.array(2).integer(kind).integer(random.nextInt(1_000_000));
        return new Op.Unknown(kind, Octets.of(out.toBytes()));
    }

    private <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}

package dev.musher.ops.sim;

import dev.musher.crdt.Admission;
import dev.musher.crdt.MemoryHistory;
import dev.musher.crdt.Patch;
import dev.musher.crdt.Project;
import dev.musher.crdt.Rules;
import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Place;
import dev.musher.node.replica.Input;
import dev.musher.node.replica.Replica;
import dev.musher.node.store.ModelStore;
import dev.musher.protocol.codec.Signed;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The project as a program that is no node knows it: read from exports of nodes, and written to by
 * devices of its own. Not thread safe.
 */
final class ForeignView {

    private static final int PAGE = 1_000;

    private final World world;
    private final MemoryHistory history = new MemoryHistory();
    private final Project project = new Project(Rules.PRODUCT, history);
    private final List<Signed> known = new ArrayList<>();
    private final SortedMap<Integer, Long> read = new TreeMap<>();
    private final SortedMap<Integer, ModelStore> disks = new TreeMap<>();

    ForeignView(World world) {
        this.world = world;
    }

    /** What it knows, folded. */
    Project project() {
        return project;
    }

    /** The id of the project, which was read before. */
    ChangeId genesis() {
        ChangeId id = project.id();
        if (id == null) {
            throw new IllegalStateException("no project is here");
        }
        return id;
    }

    /** All changes it knows, in the order in which it came to know them. */
    List<Signed> known() {
        return known;
    }

    /** Reads the next page of what a node holds; false while nothing is known yet. */
    boolean read(SimNode node) {
        if (disks.put(node.index(), node.disk()) != node.disk()) {
            read.remove(node.index()); // another disk has its arrivals in another order
        }
        long after = read.getOrDefault(node.index(), 0L);
        List<Signed> page = Replica.exported(node.disk(), after, PAGE);
        for (Signed each : page) {
            take(each);
        }
        read.put(node.index(), after + page.size());
        return project.id() != null;
    }

    /** Where a change is in what it knows; null where it is not. */
    @Nullable Place find(ChangeId change) {
        return history.find(change);
    }

    /** Takes a change in; false where the rules do not admit it or it is known. */
    boolean take(Signed signed) {
        if (!(project.check(signed.change()) instanceof Admission.Admitted admitted)) {
            return false;
        }
        Patch patch = project.apply(admitted);
        history.add(patch);
        known.add(signed);
        return true;
    }

    /** Whether a change is known. */
    boolean holds(Signed signed) {
        return project.check(signed.change()) instanceof Admission.Duplicate;
    }

    /** Whether the rules let a change in, which is not known yet. */
    boolean admits(Signed signed) {
        return project.check(signed.change()) instanceof Admission.Admitted;
    }

    /** The next change of a device with one op, after as many joins as that takes, not taken in. */
    List<Signed> draft(ForeignAuthor author, Actor actor, @Nullable Op op) {
        List<Signed> out = new ArrayList<>();
        long wallMs = world.agenda().nowMs();
        Project.Next next = author.next(project, wallMs);
        while (next.joins()) {
            Signed join = author.write(next.header(), new Actor.SystemActor("join"), List.of());
            out.add(join);
            if (!take(join)) {
                return out;
            }
            next = author.next(project, wallMs);
        }
        if (op != null) {
            out.add(author.write(next.header(), actor, List.of(op)));
        }
        return out;
    }

    /** Gives changes to a node, as an export is. */
    static void give(SimNode node, List<Signed> changes) {
        if (!changes.isEmpty()) {
            node.receive(new Input.Restore(node.nextTicket(), changes));
        }
    }

    /** What is on no honest disk, though it was read from one. */
    List<Signed> lost() {
        return known.stream()
                .filter(s -> world.honest().stream().noneMatch(n -> n.holds(s.change().id())))
                .toList();
    }
}

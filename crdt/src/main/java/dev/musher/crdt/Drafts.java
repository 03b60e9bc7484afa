package dev.musher.crdt;

import dev.musher.crdt.change.Chain;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Dag;
import dev.musher.crdt.change.Frontier;
import dev.musher.crdt.change.Header;
import dev.musher.crdt.change.Limits;
import dev.musher.crdt.change.Place;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes headers for changes of this node. */
final class Drafts {

    private final Dag dag;
    private final Memberships memberships;
    private final History history;
    private final @Nullable ChangeId project;

    Drafts(Dag dag, Memberships memberships, History history, @Nullable ChangeId project) {
        this.dag = dag;
        this.memberships = memberships;
        this.history = history;
        this.project = project;
    }

    /**
     * A next header of a chain.
     *
     * @param named places of changes that the ops will name
     * @param joining whether more heads than a change may name are joined first; else the latest
     *     are named, and the change knows of no others
     */
    Project.Next next(Chain chain, long wallMs, List<Place> named, boolean joining) {
        List<Integer> own = dag.branchesOf(chain);
        // A forked chain is settled from a fresh epoch; until then its first branch goes on.
        Place prev = own.isEmpty() ? null : dag.head(own.getFirst());
        List<Place> deps = deps(prev, named);
        boolean many = deps.size() > Limits.DEPS;
        boolean joins = many && joining;
        deps = many ? deps.subList(0, Limits.DEPS) : deps;
        Frontier before = prev == null ? dag.noFrontier() : dag.frontier(prev);
        long lamport = prev == null ? 0 : dag.lamport(prev);
        List<ChangeId> ids = new ArrayList<>(deps.size());
        for (Place dep : deps) {
            before = dag.merge(before, dag.frontier(dep));
            lamport = Math.max(lamport, dag.lamport(dep));
            ids.add(id(dep));
        }
        // A join names nothing; the change after it will.
        for (Place place : joins ? List.<Place>of() : named) {
            before = dag.merge(before, dag.frontier(place));
        }
        ids.sort(null);
        Header header =
                new Header(
                        Rules.VERSION,
                        project == null ? ChangeId.ZERO : project,
                        chain.device(),
                        chain.epoch(),
                        prev == null ? 1 : prev.seq() + 1L,
                        prev == null ? null : id(prev),
                        ids,
                        lamport + 1,
                        wallMs,
                        before.hash(),
                        0,
                        ChangeId.ZERO);
        return new Project.Next(header, joins);
    }

    private ChangeId id(Place place) {
        return dag.head(place.branch()).equals(place)
                ? dag.headId(place.branch())
                : history.change(place).id();
    }

    /**
     * The live heads that {@code prev} does not know and no other of them knows; of many, the
     * latest, one more than a change may name. The latest named change is one of them where it is
     * later than all: it is in the past anyway, and the change must have a greater lamport.
     */
    private List<Place> deps(@Nullable Place prev, List<Place> named) {
        List<Place> heads = new ArrayList<>();
        // Void changes are no deps, or every later past would hold them.
        Tips tips = new Tips(dag, memberships.whole());
        for (int branch = 0; branch < dag.branches(); branch++) {
            Place head = tips.standing(branch);
            if (head != null && (prev == null || !dag.inPast(head, prev))) {
                heads.add(head);
            }
        }
        Place last = named.stream().max(Comparator.comparingLong(dag::lamport)).orElse(null);
        if (last != null
                && (prev == null || dag.lamport(prev) < dag.lamport(last))
                && heads.stream().allMatch(head -> dag.lamport(head) < dag.lamport(last))) {
            heads.add(last);
        }
        // What has a change in its past has a greater lamport, so comes before it here.
        heads.sort(Comparator.comparingLong(dag::lamport).reversed());
        List<Place> out = new ArrayList<>();
        for (Place head : heads) {
            // One more than a change may name says that a join comes first, however many there are.
            if (out.size() <= Limits.DEPS && out.stream().noneMatch(o -> dag.inPast(head, o))) {
                out.add(head);
            }
        }
        return out;
    }
}

package dev.musher.node.replica;

import dev.musher.crdt.Project;
import dev.musher.crdt.access.Membership;
import dev.musher.crdt.change.Chain;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Dag;
import dev.musher.crdt.change.Place;
import java.util.ArrayList;
import java.util.List;

/** The forks of a project, and what became of each. Core thread only. */
final class Forks {

    /** Histories shown of one epoch: enough to show that it has too many. */
    private static final int HEADS_MAX = 17;

    /** Forks shown: a key may fork without end. */
    private static final int FORKS_MAX = 256;

    private Forks() {}

    /** All, by device and epoch, at most 256. */
    static List<ForkView> of(Project project, StoredHistory history) {
        List<ForkView> out = new ArrayList<>();
        People people = new People(project.membership(), history);
        for (Chain chain : project.dag().forked()) {
            if (out.size() < FORKS_MAX) {
                out.add(of(project, history, chain, people.name(chain.device())));
            }
        }
        return out;
    }

    /** Whether a settlement of a chain would change something, or say what nobody said. */
    static boolean isOpen(Project project, Chain chain) {
        return isOpen(state(project, chain));
    }

    /** The same of a fork whose state is known. */
    static boolean isOpen(ForkView.State state) {
        return switch (state) {
            case OPEN, OVERFULL, GREW -> true;
            case SETTLED, REVOKED -> false;
        };
    }

    private static ForkView of(Project project, StoredHistory history, Chain chain, String name) {
        Dag dag = project.dag();
        List<Integer> branches = dag.branchesOf(chain);
        int lowest = branches.get(1);
        for (int branch : branches.subList(1, branches.size())) {
            lowest = dag.first(branch) < dag.first(lowest) ? branch : lowest;
        }
        int seq = dag.first(lowest);
        List<HeadView> heads = new ArrayList<>();
        List<Place> tips =
                branches.size() > HEADS_MAX
                        ? branches.subList(0, HEADS_MAX).stream().map(dag::head).toList()
                        : project.tips(chain);
        for (Place tip : tips) {
            heads.add(
                    new HeadView(chain.device(), chain.epoch(), tip.seq(), id(dag, history, tip)));
        }
        List<ChangeId> proof =
                List.of(
                        id(dag, history, beside(dag, branches, lowest, seq)),
                        id(dag, history, new Place(lowest, seq)));
        return new ForkView(
                chain.device(),
                name,
                chain.epoch(),
                seq,
                proof,
                heads,
                branches.size(),
                state(project, chain));
    }

    /** The other change with the number: in the branch that was left, or the first one there. */
    private static Place beside(Dag dag, List<Integer> branches, int fork, int seq) {
        Place parent = dag.parent(fork);
        int branch = parent == null ? branches.getFirst() : parent.branch();
        return new Place(branch, seq);
    }

    private static ChangeId id(Dag dag, StoredHistory history, Place place) {
        return dag.head(place.branch()).equals(place)
                ? dag.headId(place.branch())
                : history.change(place).id();
    }

    private static ForkView.State state(Project project, Chain chain) {
        Membership membership = project.membership();
        if (membership.isCut(chain.device())) {
            return ForkView.State.REVOKED;
        }
        if (membership.isOverfull(chain)) {
            return ForkView.State.OVERFULL;
        }
        boolean settled =
                membership.removals(chain.device()).stream()
                        .anyMatch(r -> chain.equals(r.settled()));
        if (!settled) {
            return ForkView.State.OPEN;
        }
        return project.dag().branchesOf(chain).stream()
                        .allMatch(b -> membership.stands(project.dag().head(b), chain))
                ? ForkView.State.SETTLED
                : ForkView.State.GREW;
    }
}

package dev.musher.crdt;

import dev.musher.crdt.access.Membership;
import dev.musher.crdt.change.Chain;
import dev.musher.crdt.change.Dag;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Limits;
import dev.musher.crdt.change.Place;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The last changes of branches: of what stands, or of all. Alters nothing. */
final class Tips {

    private final Dag dag;
    private final Membership membership;

    /** Tips as {@code membership} judges what stands. */
    Tips(Dag dag, Membership membership) {
        this.dag = dag;
        this.membership = membership;
    }

    /** The last change of a branch that stands, or null. */
    @Nullable Place standing(int branch) {
        Chain chain = dag.chain(branch);
        Place head = dag.head(branch);
        if (membership.stands(head, chain)) {
            return head;
        }
        int seq = membership.standing(branch, chain, head.seq());
        return seq < dag.first(branch) ? null : new Place(branch, seq);
    }

    /**
     * What stands of a device, by its last changes, none in the past of another, as many as an op
     * can name.
     */
    List<Place> standing(DeviceId device) {
        List<Place> out = new ArrayList<>();
        for (int branch = 0; branch < dag.branches(); branch++) {
            if (dag.chain(branch).device().equals(device)) {
                Place tip = standing(branch);
                if (tip != null) {
                    out.add(tip);
                }
            }
        }
        return maximal(out, Limits.KEPT);
    }

    /** The heads of a chain that do not stand, none in the past of another. */
    List<Place> fallen(DeviceId device) {
        List<Place> out = new ArrayList<>();
        for (int branch = 0; branch < dag.branches(); branch++) {
            Chain chain = dag.chain(branch);
            if (chain.device().equals(device) && !membership.stands(dag.head(branch), chain)) {
                out.add(dag.head(branch));
            }
        }
        return maximal(out, Integer.MAX_VALUE);
    }

    /**
     * Everything of a chain, by its last changes, none in the past of another, as many as an op can
     * name.
     */
    List<Place> all(Chain chain) {
        return maximal(dag.branchesOf(chain).stream().map(dag::head).toList(), Limits.KEPT);
    }

    /**
     * Those of {@code places}, in the order of their branches, that have none of the others after
     * them; at most so many. What is left out then is what began a new history late: one that goes
     * on from an earlier one takes its place, or somebody could push out honest work by following
     * it with the last of many histories.
     */
    private List<Place> maximal(List<Place> places, int most) {
        List<Place> out = new ArrayList<>();
        for (Place place : places) {
            if (out.stream().noneMatch(o -> dag.inPast(place, o))) {
                out.removeIf(o -> dag.inPast(o, place));
                if (out.size() < most) {
                    out.add(place);
                }
            }
        }
        return out;
    }
}

package dev.musher.crdt;

import dev.musher.crdt.access.Membership;
import dev.musher.crdt.change.Chain;
import dev.musher.crdt.change.Dag;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Place;
import java.util.ArrayList;
import java.util.Comparator;
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

    /**
     * The last change of a branch that stands, or null. What stands of a branch is its beginning:
     * what a cut keeps is a past, and an overfull epoch ends at a seq.
     */
    @Nullable Place standing(int branch) {
        Chain chain = dag.chain(branch);
        Place head = dag.head(branch);
        if (membership.stands(head, chain)) {
            return head;
        }
        int low = dag.first(branch) - 1;
        int high = head.seq();
        while (high - low > 1) {
            int middle = (low + high) >>> 1;
            if (membership.stands(new Place(branch, middle), chain)) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low < dag.first(branch) ? null : new Place(branch, low);
    }

    /** What stands of a device, by its last changes, none in the past of another. */
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
        return maximal(out);
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
        return maximal(out);
    }

    /** Everything of a chain, by its last changes, none in the past of another. */
    List<Place> all(Chain chain) {
        return maximal(dag.branchesOf(chain).stream().map(dag::head).toList());
    }

    private List<Place> maximal(List<Place> places) {
        List<Place> sorted = new ArrayList<>(places);
        // What has a change in its past has a greater lamport, so comes before it here.
        sorted.sort(Comparator.comparingLong(dag::lamport).reversed());
        List<Place> out = new ArrayList<>();
        for (Place place : sorted) {
            if (out.stream().noneMatch(o -> dag.inPast(place, o))) {
                out.add(place);
            }
        }
        return out;
    }
}

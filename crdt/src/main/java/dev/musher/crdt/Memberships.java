package dev.musher.crdt;

import dev.musher.crdt.access.AccessChange;
import dev.musher.crdt.access.Membership;
import dev.musher.crdt.change.Chain;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Dag;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Frontier;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Place;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.change.Role;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The membership of the whole set, and those of pasts. A past's membership depends on its frontier
 * and, where an epoch in it has too many heads, on that epoch's lowest fork: the last ones used are
 * kept by both. One thread.
 */
final class Memberships {

    private static final int KEPT = 64;

    private final Dag dag;
    private final Places places;
    private final int headsMax;
    private final Map<ChangeId, AccessChange> changes = new LinkedHashMap<>();
    private final LinkedHashMap<Past, Membership> recent;
    private Membership whole;

    private record Past(Frontier frontier, Map<Chain, Integer> overfull) {}

    Memberships(Dag dag, Places places, int headsMax) {
        this.dag = dag;
        this.places = places;
        this.headsMax = headsMax;
        this.recent = new LinkedHashMap<>(KEPT, 0.75f, true);
        this.whole = Membership.resolve(dag, List.of(), Map.of(), places::get);
    }

    Membership whole() {
        return whole;
    }

    void add(Place place, Change change) {
        AccessChange known = AccessChange.of(place, change);
        if (!known.ops().isEmpty()) {
            changes.put(change.id(), known);
        }
    }

    /** Where the changes stand that say who may do what, as they came. */
    List<Place> places() {
        return changes.values().stream().map(AccessChange::place).toList();
    }

    /** The membership op that a ref names; null where it names none, or one of a later version. */
    Op.@Nullable Access op(Ref ref) {
        AccessChange c = changes.get(ref.change());
        return c == null ? null : c.op(ref.index());
    }

    /**
     * Where it stands, from the genesis on, that a device became an owner: each change is by an
     * owner that an earlier one made, and stands. Empty where none shows it.
     */
    List<Place> ownership(DeviceId device) {
        Map<DeviceId, AccessChange> made = new HashMap<>();
        List<AccessChange> sorted = new ArrayList<>(changes.values());
        sorted.sort(Comparator.comparingLong(AccessChange::lamport));
        for (AccessChange c : sorted) {
            boolean first = made.isEmpty();
            if (!whole.stands(c.place(), c.chain())
                    || (!first && !made.containsKey(c.chain().device()))) {
                continue;
            }
            for (AccessChange.AccessOp each : c.ops()) {
                for (DeviceId owner : owners(each.op())) {
                    made.putIfAbsent(owner, c);
                }
            }
        }
        List<Place> out = new ArrayList<>();
        DeviceId at = device;
        for (AccessChange c = made.get(at); c != null; c = made.get(at)) {
            out.addFirst(c.place());
            if (c.op(0) instanceof Op.Genesis) {
                return out;
            }
            at = c.chain().device();
        }
        return List.of();
    }

    private static List<DeviceId> owners(Op.Access op) {
        return switch (op) {
            case Op.Genesis o -> List.of(o.owner(), o.recovery());
            case Op.AddMember o -> o.role() == Role.OWNER ? List.of(o.device()) : List.of();
            case Op.SetRole o -> o.role() == Role.OWNER ? List.of(o.device()) : List.of();
            case Op.Cut o -> List.of();
            case Op.SettleFork o -> List.of();
            case Op.Adopt o -> List.of();
            case Op.SetArbiter o -> List.of();
            case Op.SetRules o -> List.of();
            case Op.Checkpoint o -> List.of();
        };
    }

    /** Resolves the whole set again. */
    void resolve() {
        whole =
                Membership.resolve(
                        dag,
                        changes.values(),
                        dag.overfull(dag.everything(), headsMax),
                        places::get);
    }

    /** Whether a chain may have too many heads: it has more branches than heads are allowed. */
    boolean isCrowded(Chain chain) {
        return dag.branchesOf(chain).size() > headsMax;
    }

    /** The membership that the past of a change gives. */
    Membership of(Frontier frontier, @Nullable Place prev, List<Place> parents) {
        Map<Chain, Integer> overfull = Map.of();
        if (dag.maxBranches() > headsMax) {
            List<Place> all = new ArrayList<>(parents);
            if (prev != null) {
                all.add(prev);
            }
            overfull = dag.overfull(dag.past(all), headsMax);
        }
        Past key = new Past(frontier, overfull);
        Membership known = recent.get(key);
        if (known == null) {
            known = Membership.resolve(dag, within(frontier), overfull, places::get);
            recent.put(key, known);
            if (recent.size() > KEPT) {
                recent.pollFirstEntry();
            }
        }
        return known;
    }

    private List<AccessChange> within(Frontier frontier) {
        int[] past = dag.past(frontier.places());
        List<AccessChange> out = new ArrayList<>();
        for (AccessChange c : changes.values()) {
            if (Dag.contains(past, c.place())) {
                out.add(c);
            }
        }
        return out;
    }
}

package dev.musher.crdt.change;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes frontiers, one object for each, so that the common case (all parents know the same
 * membership) is a comparison of pointers.
 */
final class Frontiers {

    private final Dag dag;
    private final Map<List<ChangeId>, Frontier> interned = new HashMap<>();
    private final Frontier empty = intern(List.of());
    private Frontier lastA = empty;
    private Frontier lastB = empty;
    private Frontier lastMerged = empty;

    Frontiers(Dag dag) {
        this.dag = dag;
    }

    private record Member(ChangeId id, Place place) {}

    Frontier empty() {
        return empty;
    }

    /**
     * That of a past whose last change is the membership change {@code id}: it covers all others.
     */
    Frontier single(ChangeId id, Place place) {
        return intern(List.of(new Member(id, place)));
    }

    /** That of the union of two pasts. */
    Frontier merge(Frontier a, Frontier b) {
        if (a == b || b == empty) {
            return a;
        }
        if (a == empty) {
            return b;
        }
        if (a != lastA || b != lastB) {
            List<Member> members = new ArrayList<>();
            addMaximal(members, a, b);
            addMaximal(members, b, a);
            members.sort((x, y) -> x.id().compareTo(y.id()));
            lastA = a;
            lastB = b;
            lastMerged = intern(members);
        }
        return lastMerged;
    }

    /** Adds the members of {@code from} that no member of {@code other} has in its past. */
    private void addMaximal(List<Member> members, Frontier from, Frontier other) {
        for (int i = 0; i < from.places().size(); i++) {
            Place place = from.places().get(i);
            Member member = new Member(from.ids().get(i), place);
            boolean covered =
                    other.places().stream().anyMatch(o -> !o.equals(place) && dag.inPast(place, o));
            if (!covered && !members.contains(member)) {
                members.add(member);
            }
        }
    }

    private Frontier intern(List<Member> members) {
        List<ChangeId> ids = members.stream().map(Member::id).toList();
        return interned.computeIfAbsent(
                ids, k -> new Frontier(k, members.stream().map(Member::place).toList()));
    }
}

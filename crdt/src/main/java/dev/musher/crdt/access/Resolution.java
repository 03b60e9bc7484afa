package dev.musher.crdt.access;

import dev.musher.crdt.access.AccessChange.AccessOp;
import dev.musher.crdt.access.Membership.Adopted;
import dev.musher.crdt.access.Membership.Arbiters;
import dev.musher.crdt.access.Membership.Member;
import dev.musher.crdt.change.Chain;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Dag;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Kept;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Place;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.change.Role;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The pass from senior to junior that makes a {@link Membership}. Used once, then dropped. */
final class Resolution {

    private final Dag dag;
    private final Collection<AccessChange> changes;
    private final Map<Chain, Integer> overfull;
    private final Function<ChangeId, Place> places;

    private final Map<DeviceId, List<AccessChange>> byDevice = new HashMap<>();
    private final Map<DeviceId, Invited> invited = new HashMap<>();
    private final TreeSet<Invited> waiting = new TreeSet<>();
    private final Map<DeviceId, Role> rights = new HashMap<>();
    private final SortedMap<Integer, DeviceId> bySeniority = new TreeMap<>();
    private final Map<DeviceId, Member> members = new HashMap<>();
    private final Map<DeviceId, Removals> removals = new HashMap<>();
    private final Set<Place> selfRemovals = new HashSet<>();

    Resolution(
            Dag dag,
            Collection<AccessChange> changes,
            Map<Chain, Integer> overfull,
            Function<ChangeId, Place> places) {
        this.dag = dag;
        this.changes = changes;
        this.overfull = overfull;
        this.places = places;
    }

    /** A device that a settled one added, by the most senior of its adds so far. */
    private record Invited(DeviceId device, Seniority seniority, Op.@Nullable AddMember add)
            implements Comparable<Invited> {

        @Override
        public int compareTo(Invited o) {
            return seniority.compareTo(o.seniority);
        }
    }

    Membership resolve() {
        AccessChange genesis = null;
        Op.Genesis begun = null;
        for (AccessChange c : changes) {
            byDevice.computeIfAbsent(c.device(), k -> new ArrayList<>()).add(c);
            if (c.op(0) instanceof Op.Genesis op) {
                genesis = c;
                begun = op;
            }
        }
        if (begun != null) {
            membersPass(begun);
        }
        return new Membership(
                bySeniority,
                members,
                removals,
                overfull,
                selfRemovals,
                adoptedPass(),
                genesis == null ? null : arbiterPass(genesis),
                rulesPass());
    }

    private void membersPass(Op.Genesis genesis) {
        found(genesis.recovery(), 0);
        found(genesis.owner(), 1);
        while (!waiting.isEmpty()) {
            Invited next = waiting.removeFirst();
            DeviceId device = next.device();
            Op.AddMember add = next.add();
            Role role = rights.getOrDefault(device, Role.READER);
            int order = members.size();
            String founding = order == 0 ? "" : genesis.label();
            bySeniority.put(order, device);
            members.put(
                    device,
                    new Member(
                            device,
                            role,
                            order,
                            add == null ? founding : add.label(),
                            next.seniority().addedBy(),
                            add == null ? null : add.expiresMs()));
            List<AccessChange> mine = byDevice.getOrDefault(device, List.of());
            removeSelf(device, role, mine);
            for (AccessChange c : mine) {
                if (stands(c)) {
                    boolean replaced = cutsItself(c, role);
                    for (AccessOp op : c.ops()) {
                        act(c, op, role, next.seniority(), replaced);
                    }
                }
            }
        }
    }

    private void found(DeviceId device, int place) {
        rights.put(device, Role.OWNER);
        invite(new Invited(device, Seniority.founding(place), null));
    }

    private void invite(Invited invitation) {
        Invited known = invited.get(invitation.device());
        if (known == null || invitation.compareTo(known) < 0) {
            if (known != null) {
                waiting.remove(known);
            }
            invited.put(invitation.device(), invitation);
            waiting.add(invitation);
        }
    }

    /**
     * A device's removals of itself, judged by its seniors' removals alone. They act together and
     * keep each other: one that did not keep itself would void itself.
     */
    private void removeSelf(DeviceId device, Role role, List<AccessChange> mine) {
        List<Removal> found = new ArrayList<>();
        Set<Place> own = new HashSet<>();
        for (AccessChange c : mine) {
            if (!Membership.stands(c.place(), c.chain(), cuts(device), Map.of(), Set.of())) {
                continue;
            }
            for (AccessOp each : c.ops()) {
                if (device.equals(removed(each.op())) && Rights.allow(role, each.op(), device)) {
                    found.add(removal(c, each, own));
                    own.add(c.place());
                }
            }
        }
        selfRemovals.addAll(own);
        if (!found.isEmpty()) {
            found.forEach(removals.computeIfAbsent(device, k -> new Removals())::add);
        }
    }

    /**
     * Whether a change cuts its author. The keys that it adds replace the author's then, and stand
     * directly after it: with a rotation nobody's word becomes weaker. Each is junior to its author
     * all the same and not settled, so the pass stays one.
     */
    private static boolean cutsItself(AccessChange c, Role role) {
        for (AccessOp each : c.ops()) {
            if (each.op() instanceof Op.Cut cut
                    && cut.device().equals(c.device())
                    && Rights.allow(role, cut, c.device())) {
                return true;
            }
        }
        return false;
    }

    /**
     * What an op of a settled device does to its juniors. Seniors and itself are out of reach.
     *
     * @param replaced whether the change cuts its author
     */
    private void act(AccessChange c, AccessOp each, Role role, Seniority author, boolean replaced) {
        switch (each.op()) {
            case Op.AddMember add -> {
                if (reaches(add.device(), role, add, c)) {
                    rights.merge(add.device(), add.role(), Resolution::max);
                    Seniority.Add by =
                            new Seniority.Add(c.lamport(), new Ref(c.id(), each.index()));
                    Seniority seniority = replaced ? author.replaced(by) : author.below(by);
                    invite(new Invited(add.device(), seniority, add));
                }
            }
            case Op.SetRole set -> {
                if (reaches(set.device(), role, set, c)) {
                    rights.merge(set.device(), set.role(), Resolution::max);
                }
            }
            case Op.Cut cut -> remove(cut.device(), c, each, role);
            case Op.SettleFork settle -> remove(settle.device(), c, each, role);
            case Op.Genesis o -> {}
            case Op.Adopt o -> {}
            case Op.SetArbiter o -> {}
            case Op.SetRules o -> {}
            case Op.Checkpoint o -> {}
        }
    }

    private void remove(DeviceId device, AccessChange c, AccessOp each, Role role) {
        if (reaches(device, role, each.op(), c)) {
            removals.computeIfAbsent(device, k -> new Removals()).add(removal(c, each, Set.of()));
        }
    }

    private boolean reaches(DeviceId device, Role role, Op.Access op, AccessChange c) {
        return !members.containsKey(device) && Rights.allow(role, op, c.device());
    }

    private static Role max(Role a, Role b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    private static @Nullable DeviceId removed(Op op) {
        return op instanceof Op.Cut cut
                ? cut.device()
                : op instanceof Op.SettleFork settle ? settle.device() : null;
    }

    private Removal removal(AccessChange c, AccessOp each, Set<Place> also) {
        Ref by = new Ref(c.id(), each.index());
        if (each.op() instanceof Op.SettleFork settle) {
            Chain chain = new Chain(settle.device(), settle.epoch());
            return new Removal(by, chain, pasts(settle.kept()), also);
        }
        return new Removal(by, null, pasts(((Op.Cut) each.op()).kept()), also);
    }

    private int[] pasts(List<Kept> kept) {
        return dag.past(kept.stream().map(k -> places.apply(k.id())).toList());
    }

    private Removals cuts(DeviceId device) {
        return removals.getOrDefault(device, Removals.NONE);
    }

    private boolean stands(AccessChange c) {
        return members.containsKey(c.device())
                && Membership.stands(
                        c.place(), c.chain(), cuts(c.device()), overfull, selfRemovals);
    }

    private boolean counts(AccessChange c, Op.Access op) {
        Member member = members.get(c.device());
        return member != null && Rights.allow(member.role(), op, c.device());
    }

    private Adopted adoptedPass() {
        Set<Place> adopted = new HashSet<>();
        Map<DeviceId, List<Place>> heads = new TreeMap<>();
        for (AccessChange c : changes) {
            for (AccessOp each : c.ops()) {
                if (each.op() instanceof Op.Adopt adopt && stands(c) && counts(c, adopt)) {
                    adopt.changes().forEach(id -> adopted.add(places.apply(id)));
                    for (ChangeId id : adopt.heads()) {
                        Place head = places.apply(id);
                        DeviceId device = dag.chain(head.branch()).device();
                        heads.computeIfAbsent(device, k -> new ArrayList<>()).add(head);
                    }
                }
            }
        }
        SortedMap<DeviceId, int[]> pasts = new TreeMap<>();
        heads.forEach((device, all) -> pasts.put(device, dag.past(all)));
        return new Adopted(adopted, pasts);
    }

    private int rulesPass() {
        int version = 1;
        for (AccessChange c : changes) {
            for (AccessOp each : c.ops()) {
                if (each.op() instanceof Op.SetRules rules && stands(c) && counts(c, rules)) {
                    version = Math.max(version, rules.version());
                }
            }
        }
        return version;
    }

    /**
     * The chain of arbiters that won: the highest term, then lamport, then id, and back from it.
     */
    private Arbiters arbiterPass(AccessChange genesis) {
        Map<Ref, AccessChange> named = new HashMap<>();
        Ref present = new Ref(genesis.id(), 0);
        named.put(present, genesis);
        long term = 0;
        long lamport = 0;
        for (AccessChange c : changes) {
            for (AccessOp each : c.ops()) {
                if (!(each.op() instanceof Op.SetArbiter set)) {
                    continue;
                }
                Ref ref = new Ref(c.id(), each.index());
                named.put(ref, c);
                if (stands(c) && counts(c, set)) {
                    int r = Long.compare(set.term(), term);
                    r = r != 0 ? r : Long.compare(c.lamport(), lamport);
                    if (r > 0 || (r == 0 && ref.compareTo(present) > 0)) {
                        present = ref;
                        term = set.term();
                        lamport = c.lamport();
                    }
                }
            }
        }
        Map<Ref, @Nullable Place> until = new LinkedHashMap<>();
        Place end = null;
        for (Ref ref = present; ref != null; ) {
            until.put(ref, end);
            AccessChange c = named.get(ref);
            if (c == null) {
                throw new IllegalStateException("arbiter of " + present + " lost " + ref);
            }
            end = c.place();
            ref = c.op(ref.index()) instanceof Op.SetArbiter set ? set.after() : null;
        }
        return new Arbiters(present, until);
    }
}

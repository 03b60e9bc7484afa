package dev.musher.crdt;

import dev.musher.crdt.access.Grant;
import dev.musher.crdt.access.Grants;
import dev.musher.crdt.access.Membership;
import dev.musher.crdt.access.Rights;
import dev.musher.crdt.access.Verdict;
import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.Chain;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.Dag;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Event;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Place;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.change.Role;
import dev.musher.crdt.pipeline.Item;
import dev.musher.crdt.pipeline.Logged;
import dev.musher.crdt.pipeline.Written;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Says of every op whether it counts in the whole set, folds items by that, and finds the items
 * whose ops a new membership judges otherwise. One thread.
 */
final class Judge {

    private static final int[] NOTHING = {};

    private final Dag dag;
    private final History history;
    private final Memberships memberships;
    private final Grants grants;

    Judge(Dag dag, History history, Memberships memberships, Grants grants) {
        this.dag = dag;
        this.history = history;
        this.memberships = memberships;
        this.grants = grants;
    }

    /** The verdict on an op; {@code written} is what a creation or legal move wrote, else null. */
    Verdict verdict(Place place, Change change, int index, @Nullable Written written) {
        Op op = change.op(index);
        if (op instanceof Op.Move && written == null) {
            return Verdict.ILLEGAL;
        }
        Membership membership = memberships.whole();
        Chain chain = dag.chain(place.branch());
        if (isAdoptable(op) && membership.adopts(place, chain)) {
            return Verdict.COUNTS;
        }
        Role role = membership.role(change.device());
        if (role == null) {
            return Verdict.NOT_A_MEMBER;
        }
        if (!membership.stands(place, chain)) {
            return Verdict.CUT;
        }
        if (!Rights.allow(role, op, change)) {
            return Verdict.ROLE;
        }
        if (op instanceof Op.Granted || op instanceof Op.Expired) {
            return grants.counts(new Ref(change.id(), index)) ? Verdict.COUNTS : Verdict.ARBITER;
        }
        if (op instanceof Op.Move move && change.actor() instanceof Actor.Agent agent) {
            return agentMove(place, change.device(), role, move, agent.grant());
        }
        return op instanceof Op.Unknown ? Verdict.UNKNOWN : Verdict.COUNTS;
    }

    private Verdict agentMove(
            Place place, DeviceId device, Role role, Op.Move move, @Nullable Ref claim) {
        Grant grant = grants.get(claim);
        if (role == Role.AGENT
                && (grant == null || !isHeld(grant, device, move) || !grants.counts(grant.ref()))) {
            return Verdict.CLAIM;
        }
        return move.event() != Event.LANDED && grants.isBeyond(place, claim)
                ? Verdict.GENERATION
                : Verdict.COUNTS;
    }

    static boolean isHeld(Grant grant, DeviceId device, Op.Move move) {
        return device.equals(grant.holder()) && grant.item().equals(move.item());
    }

    /** Adopting lifts item ops only: never membership, never claims. */
    private static boolean isAdoptable(Op op) {
        return op instanceof Op.NewItem || (op instanceof Op.OnItem && !(op instanceof Op.Claim));
    }

    /** One op as the fold of its item takes it. */
    Logged logged(Place place, Change change, int index, @Nullable Written written) {
        Ref ref = new Ref(change.id(), index);
        Op op = change.op(index);
        return new Logged(
                ref,
                change.lamport(),
                change.header().wallMs(),
                change.actor(),
                change.device(),
                op,
                written,
                verdict(place, change, index, written) == Verdict.COUNTS,
                op instanceof Op.Claim && grants.isEnded(ref));
    }

    /** The item as its whole log makes it, or null. */
    @Nullable Item fold(ItemKey key) {
        List<Logged> log = new ArrayList<>();
        history.itemLog(
                key,
                (place, index, written) ->
                        log.add(logged(place, history.change(place), index, written)));
        log.sort((a, b) -> {
            int r = Long.compare(a.lamport(), b.lamport());
            return r != 0 ? r : a.ref().compareTo(b.ref());
        });
        return Item.fold(key, log);
    }

    /** The items whose ops {@code now} judges otherwise than {@code old} did, or may do. */
    void flipped(Membership old, Membership now, Set<ItemKey> touched) {
        SortedSet<DeviceId> devices = old.devices();
        devices.addAll(now.devices());
        devices.removeIf(device -> Membership.same(old, now, device));
        if (Objects.equals(old.arbiters(), now.arbiters())) {
            grants.resolve(now, devices, touched);
        } else {
            grants.resolve(now, touched);
        }
        for (int branch = 0; !devices.isEmpty() && branch < dag.branches(); branch++) {
            if (devices.contains(dag.chain(branch).device())) {
                flipped(old, now, branch, touched);
            }
        }
        adoption(old.adopted().changes(), now.adopted().changes(), touched);
        adoptionOfHeads(old.adopted().heads(), now.adopted().heads(), touched);
    }

    private void flipped(Membership old, Membership now, int branch, Set<ItemKey> touched) {
        Chain chain = dag.chain(branch);
        Role before = old.role(chain.device());
        Role after = now.role(chain.device());
        for (int seq = dag.first(branch); seq <= dag.head(branch).seq(); seq++) {
            Place place = new Place(branch, seq);
            boolean stood = old.stands(place, chain);
            boolean stands = now.stands(place, chain);
            if (stood != stands || (stands && before != after)) {
                Change change = history.change(place);
                for (int i = 0; i < change.ops().size(); i++) {
                    Op op = change.op(i);
                    if (stood != stands || differ(before, after, op, change)) {
                        touch(change, i, touched);
                    }
                }
            }
        }
    }

    /** Whether two roles judge an op otherwise; an agent's moves hang on its claim too. */
    private static boolean differ(@Nullable Role a, @Nullable Role b, Op op, Change change) {
        return a == null
                || b == null
                || Rights.allow(a, op, change) != Rights.allow(b, op, change)
                || (op instanceof Op.Move && (a == Role.AGENT || b == Role.AGENT));
    }

    private void adoption(Set<Place> old, Set<Place> now, Set<ItemKey> touched) {
        for (Place place : difference(old, now)) {
            touchAll(place, touched);
        }
    }

    /**
     * What one of the two adopts and the other does not is read once, however many heads say so.
     */
    private void adoptionOfHeads(
            SortedMap<DeviceId, int[]> old, SortedMap<DeviceId, int[]> now, Set<ItemKey> touched) {
        if (old.isEmpty() && now.isEmpty()) {
            return;
        }
        for (int branch = 0; branch < dag.branches(); branch++) {
            DeviceId device = dag.chain(branch).device();
            int before = Dag.at(old.getOrDefault(device, NOTHING), branch);
            int after = Dag.at(now.getOrDefault(device, NOTHING), branch);
            int from = Math.max(dag.first(branch), Math.min(before, after) + 1);
            for (int seq = from; seq <= Math.max(before, after); seq++) {
                touchAll(new Place(branch, seq), touched);
            }
        }
    }

    private static Set<Place> difference(Set<Place> a, Set<Place> b) {
        Set<Place> out = new HashSet<>(a);
        out.addAll(b);
        out.removeIf(place -> a.contains(place) && b.contains(place));
        return out;
    }

    private void touchAll(Place place, Set<ItemKey> touched) {
        Change change = history.change(place);
        for (int i = 0; i < change.ops().size(); i++) {
            touch(change, i, touched);
        }
    }

    private static void touch(Change change, int index, Set<ItemKey> touched) {
        ItemKey item = itemOf(change, index);
        if (item != null) {
            touched.add(item);
        }
    }

    /** The item that an op makes or is about, or null. */
    static @Nullable ItemKey itemOf(Change change, int index) {
        return switch (change.op(index)) {
            case Op.NewItem op -> ItemKey.of(change.id(), index);
            case Op.OnItem op -> op.item();
            case Op.Access op -> null;
            case Op.Unknown op -> null;
        };
    }

    /** A set for touched items, in the order of their keys. */
    static SortedSet<ItemKey> items() {
        return new TreeSet<>();
    }
}

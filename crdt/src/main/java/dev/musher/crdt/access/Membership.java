package dev.musher.crdt.access;

import dev.musher.crdt.change.CborWriter;
import dev.musher.crdt.change.Chain;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Dag;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Place;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.change.Role;
import dev.musher.crdt.change.Sha256;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Who is a member of a set of changes, with which role, and what of each counts. Immutable; may be
 * shared between threads as long as the {@link Dag} it was resolved over is not asked.
 *
 * <p>Resolved in one pass from senior to junior, which is why it is not circular: a device is
 * settled when it is the most senior one left. Only its seniors could still have cut it, promoted
 * it or added it earlier, and they are all settled. Its own removals of itself are judged by the
 * seniors' cuts alone and act together.
 */
public final class Membership {

    private static final int ROW_VERSION = 1;

    private final SortedMap<Integer, DeviceId> bySeniority;
    private final Map<DeviceId, Member> members;
    private final Map<DeviceId, Removals> removals;
    private final Map<Chain, Integer> overfull;
    private final Set<Place> selfRemovals;
    private final Adopted adopted;
    private final @Nullable Arbiters arbiters;
    private final int rulesVersion;

    Membership(
            SortedMap<Integer, DeviceId> bySeniority,
            Map<DeviceId, Member> members,
            Map<DeviceId, Removals> removals,
            Map<Chain, Integer> overfull,
            Set<Place> selfRemovals,
            Adopted adopted,
            @Nullable Arbiters arbiters,
            int rulesVersion) {
        this.bySeniority = bySeniority;
        this.members = members;
        this.removals = removals;
        this.overfull = overfull;
        this.selfRemovals = selfRemovals;
        this.adopted = adopted;
        this.arbiters = arbiters;
        this.rulesVersion = rulesVersion;
    }

    /**
     * A member.
     *
     * @param order its seniority: 0 is the recovery key, 1 the founder
     * @param label what people call it, as its counted add or the genesis says; empty for the
     *     recovery key
     * @param addedBy the op that made it a member; null for the two of the genesis
     * @param expiresMs wall clock from which on an owner's node cuts it, ms since 1970; null for
     *     never
     */
    public record Member(
            DeviceId device,
            Role role,
            int order,
            String label,
            @Nullable Ref addedBy,
            @Nullable Long expiresMs) {}

    /**
     * The arbiters that won, the present one first.
     *
     * @param until for each, the change in whose past its grants must be; null for the present one
     */
    public record Arbiters(Ref present, Map<Ref, @Nullable Place> until) {}

    /**
     * What adoption lets count.
     *
     * @param changes the adopted changes
     * @param heads by device, the pasts of its adopted heads in one: what it wrote there counts
     */
    public record Adopted(Set<Place> changes, SortedMap<DeviceId, int[]> heads) {}

    /** Resolves the membership of a set of changes given by its membership changes. */
    public static Membership resolve(
            Dag dag,
            Collection<AccessChange> changes,
            Map<Chain, Integer> overfull,
            Function<ChangeId, Place> places) {
        return new Resolution(dag, changes, overfull, places).resolve();
    }

    /** The members from senior to junior. */
    public List<Member> members() {
        return bySeniority.values().stream()
                .map(d -> Objects.requireNonNull(members.get(d)))
                .toList();
    }

    /** The member with this key, or null. A device that was cut stays a member whose writes end. */
    public @Nullable Member member(DeviceId device) {
        return members.get(device);
    }

    /** Its role, or null for a stranger. */
    public @Nullable Role role(DeviceId device) {
        Member member = members.get(device);
        return member == null ? null : member.role();
    }

    /** Cuts and settlements about a device that count. */
    public List<Removal> removals(DeviceId device) {
        return of(device).all();
    }

    private Removals of(DeviceId device) {
        return removals.getOrDefault(device, Removals.NONE);
    }

    /** Whether a cut names the device. */
    public boolean isCut(DeviceId device) {
        return !of(device).cuts().isEmpty();
    }

    /** Whether nothing more that knows this membership can be written in a chain. */
    public boolean isClosed(Chain chain) {
        return isCut(chain.device()) || !of(chain.device()).settlements(chain).isEmpty();
    }

    /** Whether a chain acts as cut at its lowest fork: a cut or settlement replaces that. */
    public boolean isOverfull(Chain chain) {
        return overfull.containsKey(chain)
                && members.containsKey(chain.device())
                && !isClosed(chain);
    }

    /** Where devices removed themselves and may stand alone among what is void. */
    public Set<Place> selfRemovals() {
        return selfRemovals;
    }

    /** Chains of too many heads, each with the seq of its lowest fork. */
    public Map<Chain, Integer> overfull() {
        return Collections.unmodifiableMap(overfull);
    }

    /**
     * Whether the author of a change is a member and neither a cut nor an overfull epoch removes
     * it. Of several settlements what any keeps counts; of several cuts, what all keep. Either
     * lifts the rule for overfull epochs: else a thief, after the cut, forks low and voids what the
     * cut kept.
     */
    public boolean stands(Place place, Chain chain) {
        return members.containsKey(chain.device())
                && stands(place, chain, of(chain.device()), overfull, selfRemovals);
    }

    static boolean stands(
            Place place,
            Chain chain,
            Removals removals,
            Map<Chain, Integer> overfull,
            Set<Place> selfRemovals) {
        for (Removal cut : removals.cuts()) {
            if (!cut.keeps(place)) {
                return false;
            }
        }
        List<Removal> settlements = removals.settlements(chain);
        if (!settlements.isEmpty()) {
            return settlements.stream().anyMatch(settlement -> settlement.keeps(place));
        }
        Integer low = overfull.isEmpty() || !removals.cuts().isEmpty() ? null : overfull.get(chain);
        return low == null || place.seq() < low || selfRemovals.contains(place);
    }

    /**
     * What of a branch stands up to {@code head}, which is its beginning: a cut keeps a past, an
     * overfull epoch ends at a seq. A device's removals of itself, which may stand beyond that, are
     * left out.
     *
     * @return the last seq that stands, or one before the branch where none does
     */
    public int standing(int branch, Chain chain, int head) {
        if (!members.containsKey(chain.device())) {
            return 0;
        }
        Removals removals = of(chain.device());
        int out = head;
        for (Removal cut : removals.cuts()) {
            out = Math.min(out, Dag.at(cut.kept(), branch));
        }
        List<Removal> settlements = removals.settlements(chain);
        if (!settlements.isEmpty()) {
            int kept = 0;
            for (Removal settlement : settlements) {
                kept = Math.max(kept, Dag.at(settlement.kept(), branch));
            }
            return Math.min(out, kept);
        }
        Integer low = removals.cuts().isEmpty() ? overfull.get(chain) : null;
        return low == null ? out : Math.min(out, low - 1);
    }

    /** The changes whose item ops count on another's authority. */
    public Adopted adopted() {
        return adopted;
    }

    /** Whether the item ops of a change count though it may be void. */
    public boolean adopts(Place place, Chain chain) {
        if (adopted.changes().contains(place)) {
            return true;
        }
        int[] heads = adopted.heads().isEmpty() ? null : adopted.heads().get(chain.device());
        return heads != null && Dag.contains(heads, place);
    }

    /** The arbiters; null while there is no genesis. */
    public @Nullable Arbiters arbiters() {
        return arbiters;
    }

    /** Whether a grant or expiry at {@code place} on the authority of {@code arbiter} counts. */
    public boolean arbiterCounts(Ref arbiter, Place place, Dag dag) {
        if (arbiters == null || !arbiters.until().containsKey(arbiter)) {
            return false;
        }
        Place end = arbiters.until().get(arbiter);
        return end == null || dag.inPast(place, end);
    }

    /** The rules version that the owners raised the project to; 1 at first. */
    public int rulesVersion() {
        return rulesVersion;
    }

    /** Every device that is a member or was cut before it became one. */
    public SortedSet<DeviceId> devices() {
        SortedSet<DeviceId> out = new TreeSet<>(members.keySet());
        out.addAll(removals.keySet());
        return out;
    }

    /** Whether nothing that counts of a device can differ between two memberships. */
    public static boolean same(Membership a, Membership b, DeviceId device) {
        return a.role(device) == b.role(device)
                && refs(a.removals(device)).equals(refs(b.removals(device)))
                && (a.overfull.equals(b.overfull)
                        || overfullOf(a, device).equals(overfullOf(b, device)));
    }

    private static Set<Ref> refs(List<Removal> removals) {
        return removals.isEmpty()
                ? Set.of()
                : removals.stream().map(Removal::by).collect(Collectors.toSet());
    }

    private static Map<Chain, Integer> overfullOf(Membership m, DeviceId device) {
        return m.overfull.entrySet().stream()
                .filter(e -> e.getKey().device().equals(device))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** SHA-256 of {@link #row}. */
    public ChangeId hash() {
        return ChangeId.of(Sha256.of(row()));
    }

    /**
     * What two nodes with the same changes must agree on, in one form for one membership: CBOR, as
     * {@code PROTOCOL.md} has it, so that no two memberships share their bytes. Local places are
     * not in it.
     */
    public byte[] row() {
        CborWriter out = new CborWriter();
        out.array(5).integer(ROW_VERSION).array(members.size());
        for (Member member : members()) {
            out.array(4).bytes(member.device()).integer(member.role().ordinal());
            write(out, member.addedBy());
            List<Ref> by = removals(member.device()).stream().map(Removal::by).sorted().toList();
            out.array(by.size());
            by.forEach(ref -> write(out, ref));
        }
        SortedMap<Chain, Integer> lowest = new TreeMap<>(overfull);
        lowest.keySet().removeIf(chain -> !isOverfull(chain));
        out.array(lowest.size());
        lowest.forEach((chain, low) -> {
            byte[] epoch = ByteBuffer.allocate(Long.BYTES).putLong(chain.epoch()).array();
            out.array(3).bytes(chain.device()).bytes(epoch).integer(low);
        });
        write(out, arbiters == null ? null : arbiters.present());
        return out.integer(rulesVersion).toBytes();
    }

    /** A ref as in an op. */
    private static void write(CborWriter out, @Nullable Ref ref) {
        if (ref == null) {
            out.nothing();
        } else if (ref.index() == 0) {
            out.bytes(ref.change());
        } else {
            out.array(2).bytes(ref.change()).integer(ref.index());
        }
    }
}

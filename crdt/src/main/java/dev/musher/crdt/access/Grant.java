package dev.musher.crdt.access;

import dev.musher.crdt.change.Chain;
import dev.musher.crdt.change.Dag;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Place;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.change.Role;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One claim op (grant, expiry or tentative claim) with what decides whether it counts. Only {@link
 * Grants} writes into it. Not thread safe.
 */
public final class Grant {

    private final Ref ref;
    private final Place place;
    private final Chain chain;
    private final ItemKey item;
    private final @Nullable DeviceId holder;
    private final long generation;
    private final @Nullable Ref arbiter;
    private final @Nullable Ref ends;
    private final List<Place> last;

    boolean counts;
    List<Grant> enders = List.of();
    List<ItemKey> strays = List.of();

    private Grant(
            Ref ref,
            Place place,
            Chain chain,
            ItemKey item,
            @Nullable DeviceId holder,
            long generation,
            @Nullable Ref arbiter,
            @Nullable Ref ends,
            List<Place> last) {
        this.ref = ref;
        this.place = place;
        this.chain = chain;
        this.item = item;
        this.holder = holder;
        this.generation = generation;
        this.arbiter = arbiter;
        this.ends = ends;
        this.last = List.copyOf(last);
    }

    /**
     * The entry of a claim op.
     *
     * @param last the places of the heads that {@code op} names as the former holder's last
     */
    public static Grant of(Ref ref, Place place, Chain chain, Op.Claim op, List<Place> last) {
        return switch (op) {
            case Op.Granted o ->
                    new Grant(
                            ref,
                            place,
                            chain,
                            o.item(),
                            o.holder(),
                            o.generation(),
                            o.arbiter(),
                            o.after(),
                            last);
            case Op.Expired o ->
                    new Grant(ref, place, chain, o.item(), null, 0, o.arbiter(), o.grant(), last);
            // A tentative claim follows another but ends none.
            case Op.Tentative o ->
                    new Grant(
                            ref,
                            place,
                            chain,
                            o.item(),
                            chain.device(),
                            o.generation(),
                            null,
                            null,
                            last);
        };
    }

    /** The op. */
    public Ref ref() {
        return ref;
    }

    /** Its author. */
    public DeviceId device() {
        return chain.device();
    }

    /** The item it is about. */
    public ItemKey item() {
        return item;
    }

    /** Who holds the item by it; null for an expiry. */
    public @Nullable DeviceId holder() {
        return holder;
    }

    /** Its generation; 0 for an expiry. */
    public long generation() {
        return generation;
    }

    /** The claim that it ends if it counts, or null. */
    public @Nullable Ref ends() {
        return ends;
    }

    /** Whether it counts in the set that {@code membership} was resolved from. */
    public boolean counts(Membership membership, Dag dag) {
        Role role = membership.role(chain.device());
        return role != null
                && role != Role.READER
                && membership.stands(place, chain)
                && (arbiter == null || membership.arbiterCounts(arbiter, place, dag));
    }

    boolean keeps(Place move, Dag dag) {
        for (Place head : last) {
            if (dag.inPast(move, head)) {
                return true;
            }
        }
        return false;
    }

    void addEnder(Grant ender) {
        List<Grant> out = new ArrayList<>(enders);
        out.add(ender);
        enders = out;
    }
}

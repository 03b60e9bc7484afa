package dev.musher.crdt;

import dev.musher.crdt.access.Grant;
import dev.musher.crdt.access.Grants;
import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Dag;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Place;
import dev.musher.crdt.change.Ref;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/** What applied changes say that later ones are judged by, whether it counts or not. */
final class Facts {

    private final Dag dag;
    private final Places places;
    private final Memberships memberships;
    private final Grants grants;
    private final Map<ItemKey, Place> births = new LinkedHashMap<>();
    private final Checkpoints checkpoints = new Checkpoints();
    private @Nullable ChangeId project;
    private long unknownOps;

    Facts(Dag dag, Places places, Memberships memberships, Grants grants) {
        this.dag = dag;
        this.places = places;
        this.memberships = memberships;
        this.grants = grants;
    }

    /** The genesis' id, or null while there is none. */
    @Nullable ChangeId project() {
        return project;
    }

    /** The checkpoints so far, counted or void. */
    Checkpoints checkpoints() {
        return checkpoints;
    }

    /** Where an item was made, or null. */
    @Nullable Place birth(ItemKey item) {
        return births.get(item);
    }

    /** Every item that was made, whether or not anything keeps it there. */
    Set<ItemKey> born() {
        return Collections.unmodifiableSet(births.keySet());
    }

    /** Ops of unknown kinds so far. */
    long unknownOps() {
        return unknownOps;
    }

    /** Notes that a change makes an item. */
    void born(ItemKey item, Place place) {
        births.put(item, place);
    }

    /**
     * Notes a change; the items that its claims touch go to {@code touched}. Answers whether it
     * must be read again at a start.
     */
    boolean note(Place place, Change change, boolean access, SortedSet<ItemKey> touched) {
        if (access) {
            memberships.add(place, change);
            // The genesis is a membership change, and comes before every other.
            project = project == null ? change.id() : project;
        }
        boolean reread = access;
        for (int i = 0; i < change.ops().size(); i++) {
            switch (change.op(i)) {
                case Op.Claim op -> {
                    claim(place, new Ref(change.id(), i), op, touched);
                    reread = true;
                }
                case Op.Move op -> reread |= isStray(change, op);
                case Op.Unknown op -> {
                    unknownOps++;
                    reread = true;
                }
                case Op.Checkpoint op -> checkpoints.add(place, op);
                case Op.NewItem op -> {}
                case Op.OnItem op -> {}
                case Op.Access op -> {}
            }
        }
        return reread;
    }

    private void claim(Place place, Ref ref, Op.Claim op, SortedSet<ItemKey> touched) {
        List<Place> last = last(op).stream().map(places::get).toList();
        Grant grant = Grant.of(ref, place, dag.chain(place.branch()), op, last);
        grants.add(grant, memberships.whole(), touched);
    }

    private static List<ChangeId> last(Op.Claim op) {
        return switch (op) {
            case Op.Granted o -> o.last();
            case Op.Expired o -> o.last();
            case Op.Tentative o -> List.of();
        };
    }

    /** Notes a move under the claim of another item: when the claim ends, it is judged again. */
    private boolean isStray(Change change, Op.Move op) {
        Grant grant =
                change.actor() instanceof Actor.Agent agent ? grants.get(agent.grant()) : null;
        if (grant == null || grant.item().equals(op.item())) {
            return false;
        }
        grants.stray(grant.ref(), op.item());
        return true;
    }
}

package dev.musher.crdt.access;

import dev.musher.crdt.change.Chain;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Place;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a membership change says of who may do what, and where it stands. These stay in memory as
 * long as the project, so nothing else of the change is kept: not its bytes, and no op on an item
 * that stood beside.
 */
public record AccessChange(
        Place place, ChangeId id, Chain chain, long lamport, List<AccessOp> ops) {

    /** A membership op and its index in the change. */
    public record AccessOp(int index, Op.Access op) {}

    /** Copies the list. */
    public AccessChange {
        ops = List.copyOf(ops);
    }

    /**
     * The membership ops of a change that this version knows. Not a checkpoint: it says nothing of
     * members, and is long.
     */
    public static AccessChange of(Place place, Change change) {
        List<AccessOp> ops = new ArrayList<>(1);
        for (int i = 0; i < change.ops().size(); i++) {
            if (change.op(i) instanceof Op.Access op && !(op instanceof Op.Checkpoint)) {
                ops.add(new AccessOp(i, op));
            }
        }
        Chain chain = new Chain(change.device(), change.header().epoch());
        return new AccessChange(place, change.id(), chain, change.lamport(), ops);
    }

    /** Its author. */
    DeviceId device() {
        return chain.device();
    }

    /** The membership op with this index, or null. */
    public Op.@Nullable Access op(int index) {
        for (AccessOp each : ops) {
            if (each.index() == index) {
                return each.op();
            }
        }
        return null;
    }
}

package dev.musher.protocol.sync;

import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Role;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.crypto.Verifier;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The checkpoints that one side of a link has vouched with: the latest {@link Frames#VOUCHERS}, so
 * that both ends know the same ones without another word. An outline is taken only while one of
 * them has its hash; else whoever sends it could put words into its author's mouth.
 *
 * <p>A revoked owner may pass where its cut is not known yet. It can do no more by that than it
 * could by writing; and it shows, since no honest node admits its checkpoint: states differ at
 * equal heads as soon as the cut has come.
 */
final class Vouchers {

    private final Deque<Map<ChangeId, ChangeId>> latest = new ArrayDeque<>();

    /** Takes a checkpoint in; the oldest of too many falls out. */
    void add(Op.Checkpoint checkpoint) {
        Map<ChangeId, ChangeId> outlines = new HashMap<>();
        for (Op.Vouched each : checkpoint.outlines()) {
            outlines.put(each.change(), each.outline());
        }
        latest.addLast(outlines);
        if (latest.size() > Frames.VOUCHERS) {
            latest.removeFirst();
        }
    }

    /** Whether one of them vouches for the outline of a change. */
    boolean has(ChangeId change) {
        for (Map<ChangeId, ChangeId> each : latest) {
            if (each.containsKey(change)) {
                return true;
            }
        }
        return false;
    }

    /** Whether one of them vouches for this outline of a change. */
    boolean has(ChangeId change, ChangeId outline) {
        for (Map<ChangeId, ChangeId> each : latest) {
            if (outline.equals(each.get(change))) {
                return true;
            }
        }
        return false;
    }

    /**
     * Judges a frame: its last change must be a checkpoint by an owner, one known here or one that
     * the changes before it lead to from the genesis, whose id is the project's. Gives what is
     * wrong; or null, and then the checkpoint was taken in.
     */
    @Nullable String take(Frame.Vouch frame, SyncView view, Verifier verifier) {
        SortedSet<DeviceId> owners = new TreeSet<>();
        for (Signed signed : frame.changes()) {
            Change change = signed.change();
            DeviceId author = change.device();
            boolean genesis = change.id().equals(view.project());
            if (change.isOutline()
                    || !change.isOf(view.project())
                    || !Introduction.isSigned(signed, verifier)) {
                return "a change that does not prove its author";
            }
            if (!genesis && !owners.contains(author) && !view.owner(author)) {
                return "device " + author.shortText() + " is not shown to be an owner";
            }
            change.ops().forEach(op -> made(op, genesis, owners));
        }
        Change last = frame.changes().getLast().change();
        if (view.revoked(last.device())) {
            return "device " + last.device().shortText() + " is revoked";
        }
        if (last.ops().size() != 1 || !(last.op(0) instanceof Op.Checkpoint checkpoint)) {
            return "no checkpoint";
        }
        add(checkpoint);
        return null;
    }

    /** Notes whom an op makes an owner. */
    private static void made(Op op, boolean genesis, SortedSet<DeviceId> owners) {
        if (genesis && op instanceof Op.Genesis o) {
            owners.add(o.owner());
            owners.add(o.recovery());
        } else if (op instanceof Op.AddMember o && o.role() == Role.OWNER) {
            owners.add(o.device());
        } else if (op instanceof Op.SetRole o && o.role() == Role.OWNER) {
            owners.add(o.device());
        }
    }
}

package dev.musher.protocol.sync;

import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Role;
import dev.musher.crdt.change.Signature;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.crypto.Domain;
import dev.musher.protocol.crypto.Verifier;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Judges the changes by which a stranger shows that it is a member. Each must be of this project,
 * signed for itself, and by a device that may add members, or it is passed over: one known here, or
 * one that an earlier change of the list adds as owner or member. Whether the adds will count is
 * for the merge to say; until the changes have come by sync, the word of a member is taken for this
 * one socket.
 */
final class Introduction {
    private Introduction() {}

    /** Whether the changes show that the device is a member. */
    static boolean shows(DeviceId device, List<Signed> changes, SyncView view, Verifier verifier) {
        SortedSet<DeviceId> added = new TreeSet<>();
        SortedSet<DeviceId> mayAdd = new TreeSet<>();
        for (Signed signed : changes) {
            DeviceId author = signed.change().device();
            boolean able = mayAdd.contains(author) || view.mayAdd(author);
            if (!able || view.revoked(author)) {
                // Says nothing here: who added whoever added it may have another key by now. And
                // that somebody was added once is no word for it where its cut is known.
                continue;
            }
            if (!isOf(view.project(), signed) || !isSigned(signed, verifier)) {
                return false;
            }
            for (Op op : signed.change().ops()) {
                if (op instanceof Op.AddMember add) {
                    added.add(add.device());
                    if (add.role() == Role.OWNER || add.role() == Role.MEMBER) {
                        mayAdd.add(add.device());
                    }
                }
            }
        }
        return added.contains(device);
    }

    private static boolean isOf(ChangeId project, Signed signed) {
        return Objects.equals(signed.change().header().project(), project);
    }

    /** Whether a change has a signature of its own, and a good one. */
    static boolean isSigned(Signed signed, Verifier verifier) {
        Signature signature = signed.signature();
        return signature != null
                && signed.links().isEmpty()
                && verifier.verify(
                        Domain.CHANGE,
                        signed.change().device().bytes(),
                        signed.change().id().bytes(),
                        signature.bytes());
    }
}

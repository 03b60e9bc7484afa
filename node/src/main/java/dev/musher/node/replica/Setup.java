package dev.musher.node.replica;

import dev.musher.crdt.Rules;
import dev.musher.crdt.change.DeviceId;
import dev.musher.node.store.Loss;
import dev.musher.protocol.sync.Invite;
import dev.musher.protocol.sync.SyncLimits;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a replica is told when it is opened.
 *
 * @param label what people call this device, 1..300 characters
 * @param stamp says on which machine and in which folder the store stands: where it is another than
 *     last time, the device goes on in a fresh epoch
 * @param loss what opening the store found missing: the same; null where nothing is
 * @param founding the project to found in an empty store; null to found none
 * @param join the invite to redeem in an empty store; null for none
 * @param peers addresses to dial
 * @param foldAtOnce where one change (a cut, an adoption) flips the verdicts of more ops than this,
 *     their items are folded again in pieces, while the node goes on; 1 or more
 */
public record Setup(
        String label,
        String stamp,
        @Nullable Loss loss,
        @Nullable Founding founding,
        @Nullable Invite join,
        List<String> peers,
        Rules rules,
        SyncLimits sync,
        int foldAtOnce) {

    /**
     * What a core thread folds again in some 20 ms: as many ops as a batch of a sync has changes.
     */
    public static final int FOLD_AT_ONCE = 4_000;

    /** Copies the list. */
    public Setup {
        peers = List.copyOf(peers);
    }

    /**
     * A project to found.
     *
     * @param recovery public half of the offline key, senior to everybody
     */
    public record Founding(String name, DeviceId recovery) {}

    /** A device that founds a project. */
    public static Setup founding(String label, String stamp, String name, DeviceId recovery) {
        return new Setup(
                label,
                stamp,
                null,
                new Founding(name, recovery),
                null,
                List.of(),
                Rules.PRODUCT,
                SyncLimits.DEFAULT,
                FOLD_AT_ONCE);
    }

    /**
     * A device that joins the project of an invite; null where its store belongs to one already.
     */
    public static Setup joining(String label, String stamp, @Nullable Invite invite) {
        return new Setup(
                label,
                stamp,
                null,
                null,
                invite,
                List.of(),
                Rules.PRODUCT,
                SyncLimits.DEFAULT,
                FOLD_AT_ONCE);
    }

    /** The same, dialling these addresses. */
    public Setup dialling(List<String> addresses) {
        return new Setup(label, stamp, loss, founding, join, addresses, rules, sync, foldAtOnce);
    }

    /** The same over a store that lost its newest rows; null where it did not. */
    public Setup withLoss(@Nullable Loss lost) {
        return new Setup(label, stamp, lost, founding, join, peers, rules, sync, foldAtOnce);
    }

    /** The same with another bound on what is folded at once. */
    public Setup foldingAtOnce(int changes) {
        return new Setup(label, stamp, loss, founding, join, peers, rules, sync, changes);
    }

    /** The same by other rules. */
    public Setup knowing(Rules known) {
        return new Setup(label, stamp, loss, founding, join, peers, known, sync, foldAtOnce);
    }
}

package dev.musher.protocol.sync;

import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.ItemKey;
import dev.musher.protocol.codec.Signed;
import java.util.List;

/** What a session tells the node that owns it. */
public sealed interface SessionEvent {

    /**
     * Both sides have proved who they are.
     *
     * @param level the protocol level the device showed, for {@link SyncView#levelSeen}
     */
    record Established(DeviceId device, int level) implements SessionEvent {}

    /**
     * Changes to admit, in this order: their authors are proved, none was here yet, and they are of
     * this project. The caller answers with {@link PeerSession#applied} once all of them are
     * durable, parked for a missing dependency, or refused; until then the peer's credit is held.
     *
     * @param frame number to answer with
     * @param asked whether every chain of the frame was asked for, or offered and awaited, as far
     *     as it goes in it; else the peer sends what is new
     */
    record Received(long frame, List<Signed> changes, boolean asked) implements SessionEvent {
        /** Copies the list. */
        public Received {
            changes = List.copyOf(changes);
        }
    }

    /** Where the peer says it, and others it knows, can be reached. At most 16; untrusted text. */
    record Addresses(List<String> addresses) implements SessionEvent {
        /** Copies the list. */
        public Addresses {
            addresses = List.copyOf(addresses);
        }
    }

    /** Both hold the same changes and made the same state of them. */
    record InSync(ChangeId heads) implements SessionEvent {}

    /**
     * The peer does not admit a change that this node sent it. Untrusted: a member may say so of
     * any change.
     */
    record Declined(ChangeId change, String text) implements SessionEvent {}

    /**
     * Alarm: the same changes gave two states. {@link Differences} follows when the audit has found
     * the items.
     */
    record StatesDiffer(Status ours, Status theirs) implements SessionEvent {}

    /**
     * The items whose rows differ from the peer's; fold them again from their logs, and say so.
     *
     * @param items at most 256; empty when the rows agree, so that what differs is the membership
     * @param complete false when there are more
     */
    record Differences(List<ItemKey> items, boolean complete) implements SessionEvent {
        /** Copies the list. */
        public Differences {
            items = List.copyOf(items);
        }
    }

    /**
     * A newcomer asks to be added. The caller looks the invite up, checks {@link
     * Redemption#provedBy}, adds the device, and answers by {@link PeerSession#welcome} when the
     * add is durable, or by {@link PeerSession#end} with {@link Refusal#INVITE}.
     */
    record RedeemAsked(Redemption redemption) implements SessionEvent {}

    /**
     * To a newcomer: the changes by which it was added, to be shown to those who do not know it yet
     * ({@link PeerSetup#introduction}). They also come by sync.
     */
    record Welcomed(List<Signed> introduction) implements SessionEvent {
        /** Copies the list. */
        public Welcomed {
            introduction = List.copyOf(introduction);
        }
    }

    /**
     * The session is over: send what {@link PeerSession#next} still gives, then close the socket.
     */
    record Ended(Refusal refusal, String text) implements SessionEvent {}
}

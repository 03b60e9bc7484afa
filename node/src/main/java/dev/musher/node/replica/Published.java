package dev.musher.node.replica;

import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Role;
import dev.musher.crdt.pipeline.Item;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is on disk, as one consistent and immutable state: each commit gives a new one. May be held
 * and read from any thread for as long as the reader likes; nothing in it changes.
 *
 * @param project id of the genesis; {@link ChangeId#ZERO} only before a node has founded or joined
 * @param projectName from the genesis; empty before it is here
 * @param device this node's device
 * @param role this device's role as it stands, null while it is no member
 * @param items every item, deleted ones too ({@code Queries} leaves those out)
 * @param numbers keys by number; more than one where items share it
 * @param digest 64 hexadecimal digits over state and membership; empty while settling or joining
 * @param heads of every branch, by device, epoch and branch
 * @param members by seniority
 * @param forks epochs in which a device wrote two changes under one number, by device and epoch
 * @param peers by address
 * @param changes number of changes here
 * @param settling 0 where the items are what the changes make of them; else some are not yet, as a
 *     cut or the like flipped many verdicts: how many changes are to be looked at and items to be
 *     folded again
 * @param itemsWithVoid items in whose logs something does not count
 * @param lastSequence of the newest {@link Arrival}; 0 if there is none
 * @param cursor where a reader of events goes on after this state
 * @param wallMs this node's clock when it was published, ms since 1970
 */
public record Published(
        ChangeId project,
        String projectName,
        DeviceId device,
        @Nullable Role role,
        KeyMap<Item> items,
        NumberIndex numbers,
        String digest,
        List<HeadView> heads,
        List<MemberView> members,
        List<ForkView> forks,
        List<PeerView> peers,
        NodeHealth health,
        long changes,
        long itemsWithVoid,
        long settling,
        long lastSequence,
        String cursor,
        long wallMs) {

    /** Copies the lists. */
    public Published {
        heads = List.copyOf(heads);
        members = List.copyOf(members);
        forks = List.copyOf(forks);
        peers = List.copyOf(peers);
    }

    /** The same of a replica that has ended by itself: it has no peers and takes no commands. */
    public Published ended(String why) {
        return new Published(
                project,
                projectName,
                device,
                role,
                items,
                numbers,
                digest,
                heads,
                members,
                forks,
                List.of(),
                new NodeHealth(
                        NodeHealth.State.FAILED,
                        List.of(new NodeHealth.Problem("write_failed", why))),
                changes,
                itemsWithVoid,
                settling,
                lastSequence,
                cursor,
                wallMs);
    }

    /** Whether the node belongs to a project whose history is here. */
    public boolean ready() {
        return health.state() != NodeHealth.State.JOINING
                && health.state() != NodeHealth.State.FAILED;
    }
}

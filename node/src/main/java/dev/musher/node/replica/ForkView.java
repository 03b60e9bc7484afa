package dev.musher.node.replica;

import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.DeviceId;
import java.util.List;

/**
 * One epoch of a device in which two changes have one number.
 *
 * @param name what people call the device
 * @param seq the lowest number that two of its changes share
 * @param proof two changes with that number, whose signatures prove it
 * @param heads the last changes of its histories, the first 17 that came
 * @param branches how many histories there are
 */
public record ForkView(
        DeviceId device,
        String name,
        long epoch,
        int seq,
        List<ChangeId> proof,
        List<HeadView> heads,
        int branches,
        State state) {

    /** What became of it. */
    public enum State {
        /** All of it counts, and nobody has said whether it shall. */
        OPEN,
        /** It has more heads than an epoch may have: from the fork on nothing counts. */
        OVERFULL,
        /** Somebody said what of it counts. */
        SETTLED,
        /** Settled, and more of it came afterwards, which does not count. */
        GREW,
        /** The device was revoked. */
        REVOKED
    }

    /** Copies the lists. */
    public ForkView {
        proof = List.copyOf(proof);
        heads = List.copyOf(heads);
    }
}

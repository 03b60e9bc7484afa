package dev.musher.protocol.sync;

import dev.musher.crdt.change.ChangeId;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.codec.Verified;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A frame of changes that was decoded and whose signatures were checked: what {@link FrameOpener}
 * found, for {@link PeerSession#receive(byte[], OpenedFrame, long)}. Only an opener makes one, so
 * holding it is holding the proof. Immutable.
 */
public final class OpenedFrame {
    private final Frame.Runs runs;
    private final int unknown;
    private final Verified verified;

    /**
     * @param unknown how many changes of the frame were not here, all of which were verified
     */
    OpenedFrame(Frame.Runs runs, int unknown, Verified verified) {
        this.runs = runs;
        this.unknown = unknown;
        this.verified = verified;
    }

    /** The frame. */
    Frame.Runs runs() {
        return runs;
    }

    /**
     * What was found of those changes that are still not here. They are some of those that were
     * verified, since what is here stays; a proof of more is a proof of them.
     */
    Verified of(List<Signed> stillUnknown) {
        if (stillUnknown.size() == unknown) {
            return verified;
        }
        Set<ChangeId> wanted = new HashSet<>();
        stillUnknown.forEach(signed -> wanted.add(signed.change().id()));
        List<Signed> accepted = new ArrayList<>(stillUnknown.size());
        for (Signed signed : verified.accepted()) {
            if (wanted.contains(signed.change().id())) {
                accepted.add(signed);
            }
        }
        return new Verified(accepted, verified.refusal());
    }
}

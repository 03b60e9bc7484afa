package dev.musher.protocol.sync;

import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Malformed;
import dev.musher.protocol.codec.FrameLimits;
import dev.musher.protocol.codec.FrameReader;
import dev.musher.protocol.codec.RunVerifier;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.crypto.Verifier;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Decodes frames of changes, hashes the changes and checks their signatures ahead of the session,
 * so that another thread than the project's can do this half of the work of a sync. What it gives
 * depends on the bytes alone, and on which changes are here already: those are dropped before
 * anything is verified.
 *
 * <p>It decides nothing. A frame that is not of changes, that is malformed or holds a change of
 * another project is not opened: the session meets it as it came, and refuses it by the same rules
 * and words as ever. Only for frames of a peer that has proved who it is, in the order of its
 * socket.
 *
 * <p>One thread at a time.
 */
public final class FrameOpener {
    private final RunVerifier verifier;
    private final ChangeId project;
    private final Predicate<ChangeId> known;

    /**
     * @param verifier of this opener alone, unless it may be shared
     * @param known whether a change needs not be looked at again; asked on the opener's thread. It
     *     may say no of a change that came just now, but never yes of one that is not here
     */
    public FrameOpener(Verifier verifier, ChangeId project, Predicate<ChangeId> known) {
        this.verifier = new RunVerifier(verifier);
        this.project = project;
        this.known = known;
    }

    /**
     * Opens a frame, or gives null where the session is to look at it itself. Never throws for what
     * is in it.
     */
    public @Nullable OpenedFrame open(byte[] frame) {
        try {
            if (new FrameReader(frame).kind() != Frames.RUNS) {
                return null;
            }
            return FrameCodec.read(frame, FrameLimits.FRAME_BYTES) instanceof Frame.Runs runs
                    ? open(runs)
                    : null;
        } catch (Malformed e) {
            // The session finds the same, and says it to the peer.
            return null;
        }
    }

    private @Nullable OpenedFrame open(Frame.Runs runs) {
        List<Signed> unknown = new ArrayList<>(runs.changes().size());
        for (Signed signed : runs.changes()) {
            Change change = signed.change();
            if (!known.test(change.id())) {
                if (!change.isOf(project)) {
                    return null;
                }
                unknown.add(signed);
            }
        }
        return new OpenedFrame(runs, unknown.size(), verifier.verify(unknown));
    }
}

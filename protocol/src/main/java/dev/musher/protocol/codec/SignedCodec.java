package dev.musher.protocol.codec;

import dev.musher.crdt.change.CborReader;
import dev.musher.crdt.change.CborWriter;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeCodec;
import dev.musher.crdt.change.Limits;
import dev.musher.crdt.change.Malformed;
import dev.musher.crdt.change.Signature;
import java.util.ArrayList;
import java.util.List;

/**
 * The bytes of signed changes: {@code [change bytes, signature or null]}, and a run as an array of
 * them. The bytes of a change are those its author made; nothing is encoded again. Readers throw
 * {@link Malformed}.
 */
public final class SignedCodec {
    private SignedCodec() {}

    /**
     * Bytes that {@link #write} adds for one change, at most: for senders that fill a frame up to
     * its bound.
     */
    public static int bytesMax(Signed signed) {
        // Heads: 1 for the pair, up to 5 for the change, 2 for the signature.
        return 8 + signed.change().bytes().length + Signature.LENGTH;
    }

    /** Writes one signed change. */
    public static void write(CborWriter out, Signed signed) {
        out.array(2).bytes(signed.change().bytes());
        Signature signature = signed.signature();
        if (signature == null) {
            out.nothing();
        } else {
            out.bytes(signature.bytes());
        }
    }

    /** Reads one signed change and all of the change in it. The signature is not checked. */
    public static Signed read(CborReader in) {
        in.array("signed change", 2, 2);
        Change change = ChangeCodec.read(in.bytes("change", 1, Limits.CHANGE_BYTES));
        if (in.nothing()) {
            return new Signed(change, null);
        }
        return new Signed(
                change, Signature.of(in.bytes("signature", Signature.LENGTH, Signature.LENGTH)));
    }

    /**
     * Writes a run.
     *
     * @throws IllegalArgumentException when it holds more than {@link FrameLimits#RUN_CHANGES}
     */
    public static void writeRun(CborWriter out, List<Signed> run) {
        if (run.size() > FrameLimits.RUN_CHANGES) {
            throw new IllegalArgumentException(
                    "run of " + run.size() + " changes, at most " + FrameLimits.RUN_CHANGES);
        }
        out.array(run.size());
        run.forEach(signed -> write(out, signed));
    }

    /** Reads a run of at most {@link FrameLimits#RUN_CHANGES}. */
    public static List<Signed> readRun(CborReader in) {
        int count = in.array("run", 0, FrameLimits.RUN_CHANGES);
        List<Signed> run = new ArrayList<>(Math.min(count, 256));
        for (int i = 0; i < count; i++) {
            run.add(read(in));
        }
        return run;
    }
}

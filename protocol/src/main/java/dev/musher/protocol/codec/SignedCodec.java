package dev.musher.protocol.codec;

import dev.musher.crdt.change.CborReader;
import dev.musher.crdt.change.CborWriter;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeCodec;
import dev.musher.crdt.change.Limits;
import dev.musher.crdt.change.Malformed;
import dev.musher.crdt.change.Outline;
import dev.musher.crdt.change.Signature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of signed changes: {@code [change bytes, signature or null]}, and a run as an array of
 * them. The headers that join a change to a signature further on stand behind the 64 bytes of that.
 * The bytes of a change are those its author made; nothing is encoded again. An outline stands in
 * place of a change as {@code [header and outline, signature or null, true]}. Readers throw {@link
 * Malformed}.
 */
public final class SignedCodec {
    private SignedCodec() {}

    /**
     * Bytes that {@link #write} adds for one change, at most: for senders that fill a frame up to
     * its bound.
     */
    public static int bytesMax(Signed signed) {
        // Heads: 1 for the pair, up to 5 for the change and for the signature.
        return 12
                + signed.change().bytes().length
                + Signature.LENGTH
                + signed.links().bytes().length;
    }

    /** Writes one signed change. */
    public static void write(CborWriter out, Signed signed) {
        Change change = signed.change();
        write(out, change.bytes(), change.isOutline(), signed.signature(), signed.links());
    }

    /** Writes one signed change, or the outline of one, whose bytes are not decoded. */
    public static void write(
            CborWriter out,
            byte[] change,
            boolean outline,
            @Nullable Signature signature,
            Links links) {
        out.array(outline ? 3 : 2).bytes(change);
        if (signature == null) {
            out.nothing();
        } else {
            out.bytes(proof(signature, links));
        }
        if (outline) {
            out.flag(true);
        }
    }

    /** A signature with the headers that lead to it behind it: one byte string. */
    public static byte[] proof(Signature signature, Links links) {
        byte[] head = signature.bytes();
        if (links.isEmpty()) {
            return head;
        }
        byte[] tail = links.bytes();
        byte[] out = Arrays.copyOf(head, head.length + tail.length);
        System.arraycopy(tail, 0, out, head.length, tail.length);
        return out;
    }

    /** A change with what {@link #proof} made, or with null. */
    public static Signed signed(Change change, byte @Nullable [] proof) {
        if (proof == null) {
            return new Signed(change, null);
        }
        if (proof.length < Signature.LENGTH) {
            throw new Malformed("a signature of " + proof.length + " bytes");
        }
        return new Signed(
                change,
                Signature.of(Arrays.copyOf(proof, Signature.LENGTH)),
                Links.of(proof, Signature.LENGTH, proof.length));
    }

    /**
     * Reads one signed change, or an outline, and all that is in it. Neither the signature is
     * checked nor whether the outline is that of the change.
     */
    public static Signed read(CborReader in) {
        boolean outline = in.array("signed change", 2, 3) == 3;
        byte[] bytes = in.bytes("change", 1, Limits.CHANGE_BYTES);
        Change change = outline ? Outline.read(bytes) : ChangeCodec.read(bytes);
        byte[] proof =
                in.nothing()
                        ? null
                        : in.bytes("signature", Signature.LENGTH, Signature.LENGTH + Links.BYTES);
        if (outline && !in.flag("outline")) {
            throw new Malformed("signed change: a third part that is not true");
        }
        return signed(change, proof);
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

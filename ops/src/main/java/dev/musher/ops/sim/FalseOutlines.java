package dev.musher.ops.sim;

import dev.musher.crdt.change.Bytes32;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Outline;
import dev.musher.crdt.change.Value;
import dev.musher.protocol.codec.FrameReader;
import dev.musher.protocol.codec.FrameWriter;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.codec.SignedCodec;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What one member sends: outlines in place of changes that nobody said may go, or with the hash of
 * a text that nobody wrote. Header, id and signature are right. Not thread safe.
 */
final class FalseOutlines {

    private static final int RUNS = 11;

    private final SimNode liar;
    private final RandomGenerator random;

    FalseOutlines(SimNode liar, RandomGenerator random) {
        this.liar = liar;
        this.random = random;
    }

    /** What a node sends instead of {@code frame}. */
    byte[] alter(SimNode from, byte[] frame) {
        if (from != liar || new FrameReader(frame).kind() != RUNS || random.nextInt(4) > 0) {
            return frame;
        }
        FrameReader in = new FrameReader(frame);
        long number = in.body().integer("number", 1, Long.MAX_VALUE);
        List<Signed> run =
                SignedCodec.readRun(in.body()).stream()
                        .map(s -> new Signed(outline(s.change()), s.signature(), s.links()))
                        .toList();
        FrameWriter out = new FrameWriter(RUNS, 2);
        out.body().integer(number);
        SignedCodec.writeRun(out.body(), run);
        return out.toBytes();
    }

    private Change outline(Change change) {
        Change outline = Outline.of(change);
        if (outline == null) {
            return change;
        }
        byte[] bytes = outline.bytes().clone();
        Value.Dropped text = text(outline);
        if (text == null || random.nextBoolean()) {
            return outline;
        }
        bytes[find(bytes, outline.headerBytes(), text.sha256().bytes())] ^= 1;
        return Outline.read(bytes);
    }

    private static Value.@Nullable Dropped text(Change outline) {
        for (Op op : outline.ops()) {
            Value value =
                    switch (op) {
                        case Op.SetField o -> o.value();
                        case Op.NewItem o -> o.fields().getOrDefault(Field.BODY, Value.NONE);
                        case Op.OnItem o -> Value.NONE;
                        case Op.Access o -> Value.NONE;
                        case Op.Unknown o -> Value.NONE;
                    };
            if (value instanceof Value.Dropped dropped) {
                return dropped;
            }
        }
        return null;
    }

    private static int find(byte[] in, int from, byte[] what) {
        for (int at = from; at + Bytes32.LENGTH <= in.length; at++) {
            if (java.util.Arrays.equals(in, at, at + Bytes32.LENGTH, what, 0, Bytes32.LENGTH)) {
                return at;
            }
        }
        throw new IllegalStateException("an outline without its hash");
    }
}

package dev.musher.crdt.pipeline;

import dev.musher.crdt.change.CborReader;
import dev.musher.crdt.change.CborWriter;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.Malformed;
import dev.musher.crdt.change.Ref;

/**
 * What a creation or a legal move writes: fixed when the change is admitted, whatever is cut later.
 */
public record Written(StageKey key, Stage stage) {

    private static final long LIFE_MAX = 1L << 48;

    /** What the creation at {@code index} of a change writes. */
    public static Written created(Change c, int index) {
        return created(c.lamport(), new Ref(c.id(), index));
    }

    static Written created(long lamport, Ref ref) {
        return new Written(
                new StageKey(0, StageKey.OTHER, false, lamport, ref.change(), ref.index()),
                new Stage.Backlog());
    }

    /** The op that wrote it. */
    public Ref ref() {
        return key.ref();
    }

    /**
     * The compact form: {@code [code, stage]} where code is life * 16 + rank * 2 + person. Lamport
     * and ref are left out: whoever keeps it knows whose op it belongs to.
     */
    public void write(CborWriter out) {
        out.array(2).integer(key.life() << 4 | key.rank() << 1 | (key.person() ? 1 : 0));
        StageCodec.write(out, stage);
    }

    /** The compact form in an array of its own. */
    public byte[] toBytes() {
        CborWriter out = new CborWriter();
        write(out);
        return out.toBytes();
    }

    /** Reads {@link #write} back; {@link Malformed} for anything else. */
    public static Written read(CborReader in, long lamport, Ref ref) {
        in.array("written", 2, 2);
        long code = in.integer("stage key", 0, LIFE_MAX);
        int rank = (int) (code >> 1 & 7);
        if (rank > StageKey.LANDED) {
            throw new Malformed("stage key: rank " + rank);
        }
        return new Written(
                new StageKey(code >> 4, rank, (code & 1) == 1, lamport, ref.change(), ref.index()),
                StageCodec.read(in));
    }

    /** Reads {@link #toBytes} back. */
    public static Written read(byte[] bytes, long lamport, Ref ref) {
        CborReader in = new CborReader(bytes);
        Written out = read(in, lamport, ref);
        in.expectEnd("written");
        return out;
    }
}

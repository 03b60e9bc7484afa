package dev.musher.crdt.change;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Changes to and from their canonical bytes: header, then body, both deterministic CBOR. {@code
 * read(write(c))} is {@code c}, and bytes that decode encode to themselves. Bounds of {@link
 * Limits} are checked before memory is taken. Stateless; thread safe.
 */
public final class ChangeCodec {

    private ChangeCodec() {}

    /**
     * Makes a change of this device. {@code draft} carries every header value but the body's length
     * and hash, which are computed; throws {@link Malformed} where a bound is passed, so that no
     * node can write what others would refuse.
     */
    public static Change write(Header draft, Actor actor, List<Op> ops) {
        CborWriter out = new CborWriter();
        OpCodec.writeBody(out, actor, ops);
        byte[] body = out.toBytes();
        Header header =
                new Header(
                        draft.version(),
                        draft.project(),
                        draft.device(),
                        draft.epoch(),
                        draft.seq(),
                        draft.prev(),
                        draft.deps(),
                        draft.lamport(),
                        draft.wallMs(),
                        draft.members(),
                        body.length,
                        ChangeId.hash(body, 0, body.length));
        out.reset();
        writeHeader(out, header);
        int headerBytes = out.size();
        out.raw(body);
        byte[] bytes = out.toBytes();
        ChangeId id = ChangeId.hash(bytes, 0, headerBytes);
        Change change = new Change(id, header, actor, ops, bytes);
        if (bytes.length > Limits.CHANGE_BYTES) {
            throw new Malformed(
                    "change of " + bytes.length + " bytes, at most " + Limits.CHANGE_BYTES);
        }
        // Refuses here, at the author, what every reader would refuse.
        if (!read(bytes).ops().equals(change.ops())) {
            throw new Malformed("a text holds half of a surrogate pair, which has no UTF-8 form");
        }
        return change;
    }

    /** Reads one change that fills {@code bytes} exactly; {@link Malformed} otherwise. */
    public static Change read(byte[] bytes) {
        return read(bytes, 0, bytes.length);
    }

    /**
     * Reads one change that fills {@code bytes[from .. to)} exactly; {@link Malformed} otherwise.
     */
    public static Change read(byte[] bytes, int from, int to) {
        if (to - from > Limits.CHANGE_BYTES) {
            throw new Malformed(
                    "change of " + (to - from) + " bytes, at most " + Limits.CHANGE_BYTES);
        }
        CborReader in = new CborReader(bytes, from, to);
        Header header = readHeader(in);
        int bodyFrom = in.position();
        if (to - bodyFrom != header.bodyBytes()) {
            throw new Malformed(
                    "body of " + (to - bodyFrom) + " bytes, header says " + header.bodyBytes());
        }
        if (!ChangeId.hash(bytes, bodyFrom, to).equals(header.bodyHash())) {
            throw new Malformed("body does not match the hash in the header");
        }
        ChangeId id = ChangeId.hash(bytes, from, bodyFrom);
        List<Op> ops = new ArrayList<>();
        Actor actor = OpCodec.readBody(in, ops);
        in.expectEnd("body");
        byte[] own = from == 0 && to == bytes.length ? bytes : Arrays.copyOfRange(bytes, from, to);
        return new Change(id, header, actor, ops, own);
    }

    /** Reads the header at the start of {@code in} and leaves it at the body. */
    public static Header readHeader(CborReader in) {
        int pairs = in.map("header", 11, 12);
        key(in, 0);
        int version = (int) in.integer("version", 1, 1_000_000);
        key(in, 1);
        ChangeId project = in.id("project");
        key(in, 2);
        DeviceId device = in.device("device");
        key(in, 3);
        long epoch = epoch(in, "epoch");
        key(in, 4);
        long seq = in.integer("seq", 1, Limits.NUMBER);
        ChangeId prev = null;
        if (pairs == 12) {
            key(in, 5);
            prev = in.id("prev");
        }
        if ((prev == null) != (seq == 1)) {
            throw new Malformed(
                    "header: seq " + seq + (prev == null ? " without" : " with") + " prev");
        }
        key(in, 6);
        int count = in.array("deps", 0, Limits.DEPS);
        List<ChangeId> deps = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            ChangeId dep = in.id("dep");
            if (i > 0 && deps.get(i - 1).compareTo(dep) >= 0) {
                throw new Malformed("deps: not sorted or not unique");
            }
            deps.add(dep);
        }
        key(in, 7);
        long lamport = in.integer("lamport", 1, Limits.NUMBER);
        key(in, 8);
        long wallMs = in.integer("wall_ms", 0, Long.MAX_VALUE);
        key(in, 9);
        ChangeId members = in.id("members");
        key(in, 10);
        int bodyBytes = (int) in.integer("body length", 1, Limits.CHANGE_BYTES);
        key(in, 11);
        ChangeId bodyHash = in.id("body hash");
        return new Header(
                version, project, device, epoch, seq, prev, deps, lamport, wallMs, members,
                bodyBytes, bodyHash);
    }

    private static void writeHeader(CborWriter out, Header h) {
        out.map(h.prev() == null ? 11 : 12);
        out.integer(0).integer(h.version());
        out.integer(1).bytes(h.project());
        out.integer(2).bytes(h.device());
        out.integer(3);
        writeEpoch(out, h.epoch());
        out.integer(4).integer(h.seq());
        if (h.prev() != null) {
            out.integer(5).bytes(h.prev());
        }
        out.integer(6).array(h.deps().size());
        h.deps().forEach(out::bytes);
        out.integer(7).integer(h.lamport());
        out.integer(8).integer(h.wallMs());
        out.integer(9).bytes(h.members());
        out.integer(10).integer(h.bodyBytes());
        out.integer(11).bytes(h.bodyHash());
    }

    static void writeEpoch(CborWriter out, long epoch) {
        byte[] b = new byte[8];
        for (int i = 0; i < 8; i++) {
            b[i] = (byte) (epoch >>> (56 - 8 * i));
        }
        out.bytes(b);
    }

    static long epoch(CborReader in, String what) {
        byte[] b = in.bytes(what, 8, 8);
        long out = 0;
        for (byte x : b) {
            out = (out << 8) | (x & 0xff);
        }
        return out;
    }

    private static void key(CborReader in, int key) {
        if (in.integer("header key", 0, 11) != key) {
            throw new Malformed("header: expected key " + key);
        }
    }
}

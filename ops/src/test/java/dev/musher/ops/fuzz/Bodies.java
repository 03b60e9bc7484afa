package dev.musher.ops.fuzz;

import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.CborReader;
import dev.musher.crdt.change.CborWriter;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeCodec;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Header;
import dev.musher.crdt.change.Limits;
import dev.musher.crdt.change.Malformed;
import dev.musher.crdt.change.Op;
import java.util.Arrays;
import java.util.List;

/** Puts a header on the body of a change that is true of it, as an attacker can who is a member. */
final class Bodies {

    private static final ChangeId ZERO = ChangeId.of(new byte[32]);

    /** A header up to the length of the body. */
    private static final byte[] HEADER = header();

    private Bodies() {}

    /** A change with this actor and these ops, by nobody in particular. */
    static Change change(Op... ops) {
        Header draft =
                new Header(
                        1,
                        ZERO,
                        DeviceId.of(new byte[32]),
                        7,
                        2,
                        ZERO,
                        List.of(),
                        5,
                        9,
                        ZERO,
                        0,
                        ZERO);
        return ChangeCodec.write(draft, new Actor.User("ann"), List.of(ops));
    }

    /** The bytes after the header. */
    static byte[] body(Change change) {
        byte[] bytes = change.bytes();
        return Arrays.copyOfRange(bytes, bytes.length - change.header().bodyBytes(), bytes.length);
    }

    private static byte[] header() {
        byte[] like = change(new Op.SetRules(2)).bytes();
        CborReader in = new CborReader(like);
        int pairs = in.map("header", 11, 12);
        for (int i = 0; i < pairs - 2; i++) {
            in.skip("key", 1);
            in.skip("value", 3);
        }
        return Arrays.copyOf(like, in.position());
    }

    static byte[] underHeader(byte[] body) {
        if (body.length == 0 || body.length > Limits.CHANGE_BYTES) {
            throw new Malformed("no header can say this length");
        }
        return new CborWriter()
                .raw(HEADER)
                .integer(10)
                .integer(body.length)
                .integer(11)
                .bytes(ChangeId.hash(body, 0, body.length))
                .raw(body)
                .toBytes();
    }
}

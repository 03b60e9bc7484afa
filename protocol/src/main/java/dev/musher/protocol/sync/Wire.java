package dev.musher.protocol.sync;

import dev.musher.crdt.change.CborReader;
import dev.musher.crdt.change.CborWriter;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Malformed;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The bytes of vectors: {@code bstr, [seq, ...]}. The byte string holds, for each entry, 8 bytes of
 * the device, 8 of the epoch and 8 (wide: 32) of the id: 27 bytes an entry with its seq below
 * 65,536.
 */
final class Wire {
    private static final int NARROW = 24;
    private static final int WIDE = 48;

    private Wire() {}

    static byte[] long8(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    }

    static long long8(byte[] bytes, int offset) {
        return ByteBuffer.wrap(bytes, offset, Long.BYTES).getLong();
    }

    static void writeHaves(CborWriter out, List<Have> haves, boolean wide) {
        ByteBuffer packed = ByteBuffer.allocate(haves.size() * (wide ? WIDE : NARROW));
        for (Have have : haves) {
            packed.putLong(have.chain().device()).putLong(have.chain().epoch());
            ChangeId id = have.id();
            if (wide && id != null) {
                packed.put(id.bytes());
            } else {
                packed.putLong(have.prefix());
            }
        }
        out.bytes(packed.array()).array(haves.size());
        haves.forEach(have -> out.integer(have.seq()));
    }

    static List<Have> readHaves(CborReader in, String what, int max, boolean wide, int least) {
        int width = wide ? WIDE : NARROW;
        byte[] packed = in.bytes(what, 0, max * width);
        int count = in.array(what, 0, max);
        if (packed.length != count * width) {
            throw new Malformed(what + ": " + packed.length + " bytes for " + count + " entries");
        }
        List<Have> haves = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int at = i * width;
            ChainKey chain = new ChainKey(long8(packed, at), long8(packed, at + 8));
            int seq = (int) in.integer(what + ": seq", least, Integer.MAX_VALUE);
            haves.add(
                    new Have(
                            chain,
                            seq,
                            long8(packed, at + 16),
                            wide ? ChangeId.at(packed, at + 16) : null));
        }
        return haves;
    }
}

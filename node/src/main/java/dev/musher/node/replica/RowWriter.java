package dev.musher.node.replica;

import dev.musher.crdt.change.Bytes32;
import dev.musher.crdt.change.ItemKey;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Bytes of a row of this store: varints, fixed numbers, raw bytes. Not thread safe. */
final class RowWriter {

    private byte[] bytes = new byte[128];
    private int end;

    RowWriter varint(long value) {
        ensure(10);
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bytes[end++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[end++] = (byte) rest;
        return this;
    }

    RowWriter fixed(long value, int length) {
        ensure(length);
        for (int i = length - 1; i >= 0; i--) {
            bytes[end++] = (byte) (value >>> (8 * i));
        }
        return this;
    }

    RowWriter raw(byte[] value) {
        ensure(value.length);
        System.arraycopy(value, 0, bytes, end, value.length);
        end += value.length;
        return this;
    }

    RowWriter bytes32(Bytes32 value) {
        ensure(Bytes32.LENGTH);
        value.put(bytes, end);
        end += Bytes32.LENGTH;
        return this;
    }

    RowWriter key(ItemKey value) {
        return fixed(value.high(), 8).fixed(value.low(), 8);
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, end);
    }

    private void ensure(int more) {
        if (bytes.length - end < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, end + more));
        }
    }

    /** Reads what {@link RowWriter} wrote. A row that ends early is a defect of the store. */
    static final class In {

        private final ByteBuffer in;

        In(byte[] row) {
            in = ByteBuffer.wrap(row);
        }

        long varint() {
            long out = 0;
            for (int shift = 0; ; shift += 7) {
                byte b = in.get();
                out |= (b & 0x7fL) << shift;
                if (b >= 0) {
                    return out;
                }
            }
        }

        long fixed8() {
            return in.getLong();
        }

        byte[] raw(int length) {
            byte[] out = new byte[length];
            in.get(out);
            return out;
        }

        ItemKey key() {
            return new ItemKey(in.getLong(), in.getLong());
        }

        int remaining() {
            return in.remaining();
        }
    }
}

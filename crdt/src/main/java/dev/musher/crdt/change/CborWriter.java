package dev.musher.crdt.change;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes deterministic CBOR (RFC 8949, section 4.2.1): shortest integers, definite lengths. Keys of
 * maps are the caller's to sort. Not thread safe; may be reused after {@link #reset}.
 */
public final class CborWriter {

    private byte[] buffer = new byte[512];
    private int size;

    /** Forgets what was written. */
    public void reset() {
        size = 0;
    }

    /** Bytes written so far. */
    public int size() {
        return size;
    }

    /** A copy of what was written. */
    public byte[] toBytes() {
        return Arrays.copyOf(buffer, size);
    }

    /** A non-negative or negative integer. */
    public CborWriter integer(long value) {
        return value >= 0 ? head(0, value) : head(1, -1 - value);
    }

    /** A byte string. */
    public CborWriter bytes(byte[] value) {
        head(2, value.length);
        return raw(value);
    }

    /** The 32 bytes of an id as a byte string. */
    public CborWriter bytes(Bytes32 value) {
        head(2, Bytes32.LENGTH);
        ensure(Bytes32.LENGTH);
        value.put(buffer, size);
        size += Bytes32.LENGTH;
        return this;
    }

    /** A text string. Lone surrogates must have been refused before: they have no UTF-8 form. */
    public CborWriter text(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        head(3, utf8.length);
        return raw(utf8);
    }

    /** The head of an array of {@code length} elements, which the caller writes next. */
    public CborWriter array(int length) {
        return head(4, length);
    }

    /** The head of a map of {@code length} pairs, which the caller writes next, sorted by key. */
    public CborWriter map(int length) {
        return head(5, length);
    }

    /** True or false. */
    public CborWriter flag(boolean value) {
        return head(7, value ? 21 : 20);
    }

    /** Null. */
    public CborWriter nothing() {
        return head(7, 22);
    }

    /** Bytes that are CBOR already. */
    public CborWriter raw(byte[] cbor) {
        ensure(cbor.length);
        System.arraycopy(cbor, 0, buffer, size, cbor.length);
        size += cbor.length;
        return this;
    }

    private CborWriter head(int major, long value) {
        ensure(9);
        int type = major << 5;
        if (value < 24) {
            buffer[size++] = (byte) (type | value);
            return this;
        }
        int width = value < 0x100 ? 0 : value < 0x1_0000 ? 1 : value < 0x1_0000_0000L ? 2 : 3;
        buffer[size++] = (byte) (type | (24 + width));
        for (int shift = (8 << width) - 8; shift >= 0; shift -= 8) {
            buffer[size++] = (byte) (value >>> shift);
        }
        return this;
    }

    private void ensure(int more) {
        if (buffer.length - size < more) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, size + more));
        }
    }
}

package dev.musher.node.store;

import java.util.Arrays;

/**
 * Puts and deletes that a store applies whole or not at all, in their order. Not thread safe.
 *
 * <p>The entries are kept as one run of bytes, in the layout that RocksDB gives a write batch in
 * its log (count of entries; then for each a tag, the table, the key and, of a put, the value, each
 * with its length as a varint). So a batch of a thousand rows is no thousand objects, joining two
 * is one copy, and one native call hands it over: row by row the calls alone cost a third of an
 * ingest.
 */
public final class Batch {
    /** Sequence number (set by RocksDB) and count of entries. */
    static final int HEADER_BYTES = 12;

    private static final int COUNT_AT = 8;
    private static final Table[] TABLES = Table.values();
    private static final byte DELETE = 0x4;
    private static final byte PUT = 0x5;

    /** Bytes of tag, table and the two lengths at most. */
    private static final int ENTRY_EXTRA_BYTES = 1 + 1 + 5 + 5;

    private byte[] data = new byte[512];
    private int end = HEADER_BYTES;
    private int count;

    /** An empty batch. */
    public Batch() {}

    /** Puts a value; the arrays are copied. */
    public Batch put(Table table, byte[] key, byte[] value) {
        ensure(ENTRY_EXTRA_BYTES + key.length + value.length);
        data[end++] = PUT;
        data[end++] = (byte) table.column();
        bytes(key);
        bytes(value);
        count++;
        return this;
    }

    /** Deletes a key, which need not be there; the array is copied. */
    public Batch delete(Table table, byte[] key) {
        ensure(ENTRY_EXTRA_BYTES + key.length);
        data[end++] = DELETE;
        data[end++] = (byte) table.column();
        bytes(key);
        count++;
        return this;
    }

    /** Appends the entries of another batch, which stays as it is. */
    public Batch addAll(Batch other) {
        int length = other.end - HEADER_BYTES;
        ensure(length);
        System.arraycopy(other.data, HEADER_BYTES, data, end, length);
        end += length;
        count += other.count;
        return this;
    }

    /** Number of entries. */
    public int count() {
        return count;
    }

    /** Bytes this batch takes in the log. */
    public long bytes() {
        return end;
    }

    /** Whether there is nothing in it. */
    public boolean isEmpty() {
        return count == 0;
    }

    /** Shows the entries in their order. */
    public void forEach(Visitor visitor) {
        int at = HEADER_BYTES;
        while (at < end) {
            byte tag = data[at++];
            Table table = TABLES[data[at++] - 1];
            int keyLength = varint(at);
            at += varintBytes(keyLength);
            byte[] key = Arrays.copyOfRange(data, at, at + keyLength);
            at += keyLength;
            if (tag == DELETE) {
                visitor.delete(table, key);
                continue;
            }
            int valueLength = varint(at);
            at += varintBytes(valueLength);
            visitor.put(table, key, Arrays.copyOfRange(data, at, at + valueLength));
            at += valueLength;
        }
    }

    /** Takes the entries of a batch. */
    public interface Visitor {
        /** A put. */
        void put(Table table, byte[] key, byte[] value);

        /** A delete. */
        void delete(Table table, byte[] key);
    }

    /** The batch in RocksDB's layout. */
    byte[] encoded() {
        for (int i = 0; i < 4; i++) {
            data[COUNT_AT + i] = (byte) (count >>> (8 * i));
        }
        return Arrays.copyOf(data, end);
    }

    private void ensure(int more) {
        if (data.length - end < more) {
            int needed = Math.addExact(end, more);
            data = Arrays.copyOf(data, Math.clamp(data.length * 2L, needed, Integer.MAX_VALUE - 8));
        }
    }

    private void bytes(byte[] value) {
        int length = value.length;
        while (length > 0x7f) {
            data[end++] = (byte) (length | 0x80);
            length >>>= 7;
        }
        data[end++] = (byte) length;
        System.arraycopy(value, 0, data, end, value.length);
        end += value.length;
    }

    private int varint(int at) {
        int value = 0;
        for (int i = 0; ; i++) {
            byte b = data[at + i];
            value |= (b & 0x7f) << (7 * i);
            if (b >= 0) {
                return value;
            }
        }
    }

    private static int varintBytes(int value) {
        return value == 0 ? 1 : (38 - Integer.numberOfLeadingZeros(value)) / 7;
    }
}

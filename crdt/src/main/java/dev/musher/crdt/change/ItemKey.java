package dev.musher.crdt.change;

import java.nio.ByteBuffer;

/**
 * An item's key for ever: the first 16 bytes of SHA-256(change id, op index as 4 bytes big-endian)
 * of the op that made it. Ordered as unsigned bytes. People see {@link #shortId()}.
 */
public record ItemKey(long high, long low) implements Comparable<ItemKey> {

    /** Length in bytes. */
    public static final int LENGTH = 16;

    private static final int SHOWN_LETTERS = 10;

    /** The key of the item made by op {@code index} of change {@code id}. */
    public static ItemKey of(ChangeId id, int index) {
        byte[] in = new byte[Bytes32.LENGTH + 4];
        id.put(in, 0);
        ByteBuffer.wrap(in).putInt(Bytes32.LENGTH, index);
        return at(Sha256.of(in), 0);
    }

    /** The key of the item made by the op that {@code ref} names. */
    public static ItemKey of(Ref ref) {
        return of(ref.change(), ref.index());
    }

    /** The key in {@code bytes[offset .. offset + 16)}. */
    public static ItemKey at(byte[] bytes, int offset) {
        ByteBuffer in = ByteBuffer.wrap(bytes, offset, LENGTH);
        return new ItemKey(in.getLong(), in.getLong());
    }

    /** A fresh array with the 16 bytes. */
    public byte[] bytes() {
        return ByteBuffer.allocate(LENGTH).putLong(high).putLong(low).array();
    }

    /** All 26 letters of the base32 form. */
    public String text() {
        return Base32.encode(bytes());
    }

    /**
     * The id that people see: the first 10 letters, or more where these are all digits and would be
     * read as a number.
     */
    public String shortId() {
        String id = text();
        int letters = SHOWN_LETTERS;
        while (letters < id.length() && digits(id.substring(0, letters))) {
            letters++;
        }
        return id.substring(0, letters);
    }

    private static boolean digits(String text) {
        return text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    @Override
    public int compareTo(ItemKey o) {
        int r = Long.compareUnsigned(high, o.high);
        return r != 0 ? r : Long.compareUnsigned(low, o.low);
    }

    @Override
    public String toString() {
        return shortId();
    }
}

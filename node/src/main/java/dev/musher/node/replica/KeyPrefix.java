package dev.musher.node.replica;

import dev.musher.crdt.change.ItemKey;
import org.jspecify.annotations.Nullable;

/** The smallest item key whose base32 text begins with given letters. */
final class KeyPrefix {

    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

    /** Letters of a whole key. */
    private static final int LETTERS_MAX = 26;

    private KeyPrefix() {}

    /** The key, or null where {@code letters} are no beginning of a base32 text. */
    static @Nullable ItemKey low(String letters) {
        if (letters.isEmpty() || letters.length() > LETTERS_MAX) {
            return null;
        }
        long high = 0;
        long low = 0;
        for (int i = 0; i < letters.length(); i++) {
            long value = ALPHABET.indexOf(letters.charAt(i));
            if (value < 0) {
                return null;
            }
            int shift = 123 - 5 * i;
            if (shift >= 64) {
                high |= value << (shift - 64);
            } else if (shift >= 0) {
                high |= value >>> (64 - shift);
                low |= value << shift;
            } else {
                low |= value >>> -shift;
            }
        }
        return new ItemKey(high, low);
    }
}

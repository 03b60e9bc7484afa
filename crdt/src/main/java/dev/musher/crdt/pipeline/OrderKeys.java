package dev.musher.crdt.pipeline;

import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.Limits;
import org.jspecify.annotations.Nullable;

/**
 * Fractional keys for the order that people drag items into (Greenspan, "Implementing fractional
 * indexing", 2020): a key is the digits of a fraction in base 36, so there is always one between
 * two others, and a drag writes one register of one item. Keys never end in {@code 0}.
 *
 * <p>An item that nobody dragged has a key too, made of priority and number, so that one can be
 * dropped between two such. Pure; thread safe.
 */
public final class OrderKeys {

    private static final int BASE = 36;
    private static final int NUMBER_DIGITS = 8;
    private static final String MIDDLE = "i";

    private OrderKeys() {}

    /** The key by which an item stands in its column: what was written, if that is a key. */
    public static String of(Item item) {
        String written = item.text(Field.ORDER);
        return written != null && valid(written)
                ? written
                : standard(item.priority(), item.number());
    }

    /** The key of an item that nobody dragged: by priority, then number. */
    static String standard(long priority, long number) {
        String digits = Long.toString(number, BASE);
        return Math.min(priority, 9)
                + "0".repeat(Math.max(0, NUMBER_DIGITS - digits.length()))
                + digits
                + MIDDLE;
    }

    /** Whether {@code key} is digits and lower-case letters, not empty and not ending in 0. */
    public static boolean valid(String key) {
        return !key.isEmpty()
                && key.length() <= Limits.NAME_CHARS
                && !key.endsWith("0")
                && key.chars().allMatch(c -> c >= '0' && c <= '9' || c >= 'a' && c <= 'z');
    }

    /**
     * A key between two others.
     *
     * @param low the key before, null at the top
     * @param high the key after, null at the bottom; where it is not above {@code low} (two drags
     *     to one place) the key follows both
     * @throws IllegalArgumentException if one is not {@link #valid}, or there is no room left
     *     within the longest key
     */
    public static String between(@Nullable String low, @Nullable String high) {
        if (low != null && !valid(low) || high != null && !valid(high)) {
            throw new IllegalArgumentException("not keys of an order: " + low + ", " + high);
        }
        boolean reversed = low != null && high != null && low.compareTo(high) >= 0;
        String key = reversed ? low + MIDDLE : middle(low == null ? "" : low, high);
        if (key.length() > Limits.NAME_CHARS) {
            throw new IllegalArgumentException("no room left between " + low + " and " + high);
        }
        return key;
    }

    /** {@code low} is below {@code high}; neither ends in 0; null is 1, empty is 0. */
    private static String middle(String low, @Nullable String high) {
        StringBuilder out = new StringBuilder();
        int at = 0;
        String below = low;
        String above = high;
        while (true) {
            int a = at < below.length() ? digit(below, at) : 0;
            int b = above == null ? BASE : digit(above, at);
            if (a == b) {
                out.append(letter(a));
            } else if (b - a > 1) {
                return out.append(letter((a + b) / 2)).toString();
            } else if (above != null && at + 1 < above.length()) {
                return out.append(letter(b)).toString();
            } else {
                // Neighbours: keep the lower digit, then anything above the rest of low will do.
                out.append(letter(a));
                above = null;
            }
            at++;
        }
    }

    private static int digit(String key, int at) {
        return Character.digit(key.charAt(at), BASE);
    }

    private static char letter(int digit) {
        return Character.forDigit(digit, BASE);
    }
}

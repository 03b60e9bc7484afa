package dev.musher.gateway.view;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where a reader stands in the events of many projects: for the store of each, the last arrival it
 * has. Immutable. The text form goes over the wire as the id of an event, so it is kept short: a
 * store is named by the first {@value #STORE_CHARS} digits of its id.
 *
 * @param seen the last arrival by store name; a store that is not in it was not heard of yet
 */
public record EventVector(SortedMap<String, Long> seen) {

    /** Hexadecimal digits that name a store: 48 random bits. */
    public static final int STORE_CHARS = 12;

    /** Nothing of any project. */
    public static final EventVector NONE = new EventVector(new TreeMap<>());

    private static final String NONE_TEXT = "0";
    private static final int STORES_MAX = 1_000;
    private static final int DIGITS_MAX = 18;

    /** Copies the map. */
    public EventVector {
        seen = Collections.unmodifiableSortedMap(new TreeMap<>(seen));
    }

    /** The same with another place in one store. */
    public EventVector with(String store, long sequence) {
        TreeMap<String, Long> out = new TreeMap<>(seen);
        out.put(store, sequence);
        return new EventVector(out);
    }

    /** The last arrival of a store, 0 for none. */
    public long at(String store) {
        return seen.getOrDefault(store, 0L);
    }

    /** The name of a store by a cursor of its own, {@code STOREID-SEQUENCE}. */
    public static String store(String cursor) {
        return cursor.substring(0, Math.min(STORE_CHARS, Math.max(0, cursor.indexOf('-'))));
    }

    /** The text form: {@code store-sequence} joined by dots. */
    public String text() {
        if (seen.isEmpty()) {
            return NONE_TEXT;
        }
        List<String> parts = new ArrayList<>();
        seen.forEach((store, sequence) -> parts.add(store + "-" + sequence));
        return String.join(".", parts);
    }

    /** Reads the text form, or answers null for what no gateway wrote. */
    public static @Nullable EventVector parse(String text) {
        if (text.equals(NONE_TEXT)) {
            return NONE;
        }
        TreeMap<String, Long> out = new TreeMap<>();
        for (String part : text.split("\\.", STORES_MAX + 1)) {
            if (!part.matches("[0-9a-f]{" + STORE_CHARS + "}-[0-9]{1," + DIGITS_MAX + "}")
                    || out.put(
                                    part.substring(0, STORE_CHARS),
                                    Long.parseLong(part.substring(STORE_CHARS + 1)))
                            != null) {
                return null;
            }
        }
        return new EventVector(out);
    }
}

package dev.musher.ops.imports;

import java.util.List;

/**
 * Everything one import brings.
 *
 * @param source what was read, for people
 */
public record ForeignItems(String source, List<ForeignItem> items, Tally lost) {

    /** Copies the list. */
    public ForeignItems {
        items = List.copyOf(items);
    }
}

package dev.musher.node.http;

import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Malformed;
import dev.musher.crdt.pipeline.Column;
import dev.musher.crdt.pipeline.Item;
import dev.musher.node.replica.Published;
import dev.musher.protocol.json.BoardView;
import dev.musher.protocol.json.ItemView;
import dev.musher.protocol.json.Names;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Filters of a list, all of which an item must meet, and the page wanted. Items come by number,
 * then key, so that what is new comes last and pages do not shift.
 *
 * @param q lower-case text that the reference, title, a label, assignee or agent must contain
 * @param cursor of the page before, or null
 * @param limit 1 or more
 */
record ItemQuery(
        @Nullable Column column,
        @Nullable String type,
        @Nullable String q,
        @Nullable String label,
        @Nullable String assignee,
        @Nullable String cursor,
        int limit) {

    private static final Comparator<Item> ORDER =
            Comparator.comparingLong(Item::number).thenComparing(Item::key);

    byte[] answer(Backend backend) {
        Published state = backend.published();
        Names names = backend.names(state);
        Position from = cursor == null ? null : Position.parse(cursor);
        List<Item> found = new ArrayList<>();
        state.items()
                .forEach((key, item) -> {
                    if ((from == null || from.isBefore(item)) && meets(item, names)) {
                        found.add(item);
                    }
                });
        found.sort(ORDER);
        boolean more = found.size() > limit;
        List<Item> page = more ? found.subList(0, limit) : found;
        return BoardView.list(
                page, names, state.settling(), more ? Position.of(page.getLast()).text() : null);
    }

    private boolean meets(Item item, Names names) {
        return !item.deleted()
                && (column == null || item.column() == column)
                && (type == null || type.equals(item.text(Field.TYPE)))
                && (label == null || item.labels().contains(label))
                && (assignee == null || assignee.equals(item.text(Field.ASSIGNEE)))
                && (q == null || contains(item, q, names));
    }

    private static boolean contains(Item item, String q, Names names) {
        return has(item.name(), q)
                || has(item.text(Field.ASSIGNEE), q)
                || has(item.text(Field.AGENT), q)
                || item.labels().stream().anyMatch(label -> has(label, q))
                || names.reference(item.key()).equals(q.startsWith("#") ? q.substring(1) : q);
    }

    private static boolean has(@Nullable String text, String q) {
        return text != null && text.toLowerCase(Locale.ROOT).contains(q);
    }

    /** The conflicts of all items. */
    static byte[] conflicts(Routes shared) {
        Published state = shared.backend().published();
        List<Item> items = new ArrayList<>();
        state.items()
                .forEach((key, item) -> {
                    if (!item.conflicts().isEmpty()) {
                        items.add(item);
                    }
                });
        items.sort(ORDER);
        return new ItemView(shared.backend().names(state)).conflicts(items, shared.source());
    }

    /** The last item of a page, as {@code NUMBER-KEY} with the key in hexadecimal. */
    private record Position(long number, ItemKey key) {

        private static final Pattern FORM = Pattern.compile("([0-9]{1,13})-([0-9a-f]{32})");

        static Position of(Item item) {
            return new Position(item.number(), item.key());
        }

        static Position parse(String text) {
            Matcher parts = FORM.matcher(text);
            if (!parts.matches()) {
                throw new Malformed("cursor: not one that a list gave out");
            }
            return new Position(
                    Long.parseLong(parts.group(1)),
                    ItemKey.at(HexFormat.of().parseHex(parts.group(2)), 0));
        }

        boolean isBefore(Item item) {
            return number < item.number()
                    || (number == item.number() && key.compareTo(item.key()) < 0);
        }

        String text() {
            return number + "-" + HexFormat.of().formatHex(key.bytes());
        }
    }
}

package dev.musher.gateway.view;

import dev.musher.crdt.change.Field;
import dev.musher.crdt.pipeline.Board;
import dev.musher.crdt.pipeline.Column;
import dev.musher.crdt.pipeline.Item;
import dev.musher.protocol.json.ItemView;
import dev.musher.protocol.json.JsonOut;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The items of all projects by column, and what a search finds among them. Projects one after the
 * other within a column: the order that people drag means something in one project only.
 */
public final class AllBoard {

    private AllBoard() {}

    /**
     * {@code {cursor, settling, columns:[{column, count, items:[{project, ...card}]}]}}; {@code
     * count} is of all items, those left out as well.
     *
     * @param limit items at most of one project in one column, the first of its order; 1 or more
     */
    public static byte[] board(List<ProjectView> projects, String cursor, int limit) {
        Map<Column, List<byte[]>> cards = new EnumMap<>(Column.class);
        Map<Column, Integer> counts = new EnumMap<>(Column.class);
        for (ProjectView project : projects) {
            List<Item> items = new ArrayList<>(project.state().items().size());
            project.state().items().forEach((key, item) -> items.add(item));
            ItemView view = new ItemView(project.names());
            Board.of(items)
                    .columns()
                    .forEach((column, in) -> {
                        List<byte[]> out = cards.computeIfAbsent(column, c -> new ArrayList<>());
                        counts.merge(column, in.size(), Integer::sum);
                        in.stream()
                                .limit(limit)
                                .forEach(item -> out.add(card(project, view, item)));
                    });
        }
        JsonOut out = new JsonOut(64 * 1024);
        long settling = projects.stream().mapToLong(project -> project.state().settling()).sum();
        out.object().member("cursor", cursor).member("settling", settling).name("columns").array();
        for (Column column : Column.values()) {
            List<byte[]> in = cards.getOrDefault(column, List.of());
            out.object()
                    .member("column", column.word())
                    .member("count", counts.getOrDefault(column, 0))
                    .name("items")
                    .array();
            in.forEach(out::raw);
            out.endArray().endObject();
        }
        return out.endArray().endObject().toBytes();
    }

    /**
     * {@code {items:[{project, ...card}], more}}: items whose title, label, assignee, agent or
     * reference has the text, those that changed last first.
     *
     * @param q text; case does not matter
     * @param limit items at most, 1 or more
     */
    public static byte[] search(List<ProjectView> projects, String q, int limit) {
        String wanted = q.strip().toLowerCase(Locale.ROOT);
        List<Found> found = new ArrayList<>();
        for (ProjectView project : projects) {
            project.state()
                    .items()
                    .forEach((key, item) -> {
                        if (!item.deleted() && has(project, item, wanted)) {
                            found.add(new Found(project, item));
                        }
                    });
        }
        found.sort(NEWEST_FIRST);
        JsonOut out = new JsonOut(16 * 1024);
        out.object().name("items").array();
        found.stream()
                .limit(limit)
                .forEach(one ->
                        out.raw(card(one.project, new ItemView(one.project.names()), one.item)));
        return out.endArray().member("more", found.size() > limit).endObject().toBytes();
    }

    private record Found(ProjectView project, Item item) {}

    private static final Comparator<Found> NEWEST_FIRST =
            Comparator.comparingLong((Found f) -> -f.item().updatedWallMs())
                    .thenComparing(f -> f.project().id())
                    .thenComparing(f -> f.item().key());

    private static boolean has(ProjectView project, Item item, String wanted) {
        return contains(item.name(), wanted)
                || contains(item.text(Field.ASSIGNEE), wanted)
                || contains(item.text(Field.AGENT), wanted)
                || item.labels().stream().anyMatch(label -> contains(label, wanted))
                || project.names()
                        .reference(item.key())
                        .equals(wanted.startsWith("#") ? wanted.substring(1) : wanted);
    }

    private static boolean contains(@Nullable String text, String wanted) {
        return text != null && text.toLowerCase(Locale.ROOT).contains(wanted);
    }

    private static byte[] card(ProjectView project, ItemView view, Item item) {
        JsonOut out = new JsonOut();
        view.card(out, item);
        return Marked.with(project.id(), out.toBytes());
    }
}

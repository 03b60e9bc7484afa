package dev.musher.ops.imports;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.musher.crdt.change.Limits;
import dev.musher.crdt.change.Origin;
import dev.musher.ops.imports.ForeignItem.Link;
import dev.musher.ops.imports.ForeignItem.State;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object a line with the names of fields that trackers share: {@code name} or {@code
 * title}; {@code type}; {@code body} or {@code description}; {@code stage}, {@code column} or
 * {@code status}; {@code priority}, {@code assignee}, {@code labels}, {@code todos}, {@code
 * depends_on}, {@code epic}, {@code notes}, {@code origin} or {@code author}, {@code created}. Ids
 * are the {@code id}s of the file; an object without one is named by its line.
 */
public final class NdjsonItems {

    private static final Set<String> KEPT =
            Set.of(
                    "id",
                    "name",
                    "title",
                    "type",
                    "body",
                    "description",
                    "stage",
                    "column",
                    "status",
                    "priority",
                    "assignee",
                    "labels",
                    "todos",
                    "depends_on",
                    "epic",
                    "notes",
                    "origin",
                    "author",
                    "created",
                    "created_at",
                    "reason");

    private final Tally lost = new Tally();
    private final Map<String, ForeignItem> items = new LinkedHashMap<>();

    private NdjsonItems() {}

    /**
     * Reads a file whole.
     *
     * @throws IOException when it cannot be read
     */
    public static ForeignItems read(Path file) throws IOException {
        NdjsonItems reader = new NdjsonItems();
        JsonLines.read(file, reader.lost, reader::item);
        return new ForeignItems(
                file.getFileName().toString(), List.copyOf(reader.items.values()), reader.lost);
    }

    private void item(ObjectNode o, String where) {
        String title = first(o, "name", "title");
        if (title.isBlank()) {
            lost.add("no_name", where);
            return;
        }
        String id = JsonLines.text(o, "id").isBlank() ? where : JsonLines.text(o, "id");
        o.fieldNames()
                .forEachRemaining(f -> {
                    if (!KEPT.contains(f)) {
                        lost.add("field_" + f, id);
                    }
                });
        List<String> body = Texts.pieces(first(o, "body", "description"), Limits.BODY_BYTES);
        List<String> notes = new ArrayList<>();
        body.stream().skip(1).forEach(b -> notes.addAll(Texts.pieces(b, Limits.NOTE_BYTES)));
        texts(o.get("notes")).forEach(n -> notes.addAll(Texts.pieces(n, Limits.NOTE_BYTES)));
        List<Link> links = new ArrayList<>();
        texts(o.get("depends_on")).forEach(d -> links.add(new Link("blocks", d)));
        texts(o.get("epic")).forEach(e -> links.add(new Link("parent-child", e)));
        Set<String> labels = new LinkedHashSet<>();
        texts(o.get("labels")).forEach(l -> labels.add(Texts.name(l)));
        ForeignItem item =
                new ForeignItem(
                        id,
                        type(o, id, labels),
                        Texts.name(title),
                        body.isEmpty() ? "" : body.get(0),
                        origin(o, id),
                        priority(o, id),
                        first(o, "assignee").isBlank() ? null : Texts.name(first(o, "assignee")),
                        labels.stream().limit(Limits.ELEMENTS).toList(),
                        texts(o.get("todos")).stream()
                                .map(Texts::name)
                                .distinct()
                                .limit(Limits.ELEMENTS)
                                .toList(),
                        notes,
                        links,
                        state(o, id),
                        Texts.pieces(first(o, "reason"), Limits.REASON_BYTES).stream()
                                .findFirst()
                                .orElse(""));
        if (items.putIfAbsent(id, item) != null) {
            lost.add("id_twice", id + " (" + where + ")");
        }
    }

    private String type(ObjectNode o, String id, Set<String> labels) {
        String word = first(o, "type");
        if (word.isBlank()) {
            return "story";
        }
        return Words.type(word)
                .orElseGet(() -> {
                    lost.add("type_as_label", id + " " + word);
                    labels.add(Texts.name("type:" + word));
                    return "story";
                });
    }

    private State state(ObjectNode o, String id) {
        String word = first(o, "stage", "column", "status");
        return word.isBlank()
                ? State.BACKLOG
                : Words.state(word)
                        .orElseGet(() -> {
                            lost.add("unknown_stage", id + " " + word);
                            return State.BACKLOG;
                        });
    }

    private Origin origin(ObjectNode o, String id) {
        JsonNode origin = o.get("origin");
        String who =
                origin != null && origin.isObject()
                        ? JsonLines.text(origin, "id")
                        : first(o, "author", "origin");
        String created = first(o, "created", "created_at");
        OptionalLong time = created.isBlank() ? OptionalLong.of(0) : Texts.time(created);
        if (time.isEmpty()) {
            lost.add("time_not_read", id + " " + created);
        }
        return new Origin(
                Beads.kind(who), who.isBlank() ? "import" : Texts.name(who), time.orElse(0));
    }

    private @Nullable Integer priority(ObjectNode o, String id) {
        JsonNode p = o.get("priority");
        if (p != null && p.isInt() && p.intValue() >= 0 && p.intValue() <= 9) {
            return p.intValue();
        }
        if (p != null && !p.isNull()) {
            lost.add("priority_out_of_range", id + " " + p);
        }
        return null;
    }

    private static String first(ObjectNode o, String... names) {
        for (String name : names) {
            String text = JsonLines.text(o, name);
            if (!text.isBlank()) {
                return text;
            }
        }
        return "";
    }

    private static List<String> texts(@Nullable JsonNode value) {
        List<String> out = new ArrayList<>();
        if (value == null || value.isNull()) {
            return out;
        }
        if (value.isArray()) {
            value.forEach(v ->
                    out.add(
                            v.isObject() && v.has("text")
                                    ? JsonLines.text(v, "text")
                                    : v.asText()));
        } else {
            out.add(value.asText());
        }
        out.removeIf(String::isBlank);
        return out;
    }
}

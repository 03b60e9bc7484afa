package dev.musher.ops.imports;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
        Draft item = new Draft(id, id, lost);
        item.fields(o.fieldNames(), KEPT);
        item.name(title);
        if (!id.equals(where)) {
            item.label(Importer.MARK + id);
        }
        item.body(first(o, "body", "description"));
        texts(o.get("notes")).forEach(item::note);
        texts(o.get("depends_on")).forEach(d -> item.link("blocks", d));
        texts(o.get("epic")).forEach(e -> item.link("parent-child", e));
        texts(o.get("labels")).forEach(item::label);
        texts(o.get("todos")).forEach(item::todo);
        item.type(first(o, "type"));
        item.origin(actor(o), "import", first(o, "created", "created_at"));
        item.priority(o.get("priority"));
        item.assignee(first(o, "assignee"));
        String stage = first(o, "stage", "column", "status");
        if (!stage.isBlank()) {
            item.state(stage);
        }
        item.reason(first(o, "reason"));
        if (items.putIfAbsent(id, item.item()) != null) {
            lost.add("id_twice", id + " (" + where + ")");
        }
    }

    private static String actor(ObjectNode o) {
        JsonNode origin = o.get("origin");
        return origin != null && origin.isObject()
                ? JsonLines.text(origin, "id")
                : first(o, "author", "origin");
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

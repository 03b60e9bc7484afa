package dev.musher.ops.imports;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.musher.ops.imports.ForeignItem.Link;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Exports of the beads tracker: {@code issues.jsonl}, alone or in a folder with {@code
 * dependencies.jsonl}, {@code labels.jsonl} and {@code comments.jsonl}; older exports hold the last
 * three inside each issue.
 *
 * <p>Mapping: bug and epic are themselves, any other type a story with the label {@code
 * beads:<type>}; hooked and in_progress are Coding, closed is Done by hand, open and pinned are
 * Backlog; {@code blocks} is a dependency, {@code parent-child} an epic where the parent is one;
 * other links and links to unknown ids become notes. Title, description, notes, priority, assignee,
 * labels and comments are kept; the actor becomes the origin.
 */
public final class Beads {

    private static final Set<String> KEPT =
            Set.of(
                    "id",
                    "title",
                    "description",
                    "design",
                    "acceptance_criteria",
                    "notes",
                    "status",
                    "priority",
                    "issue_type",
                    "assignee",
                    "created_at",
                    "created_by",
                    "close_reason",
                    "labels",
                    "dependencies",
                    "comments");

    private final Tally lost = new Tally();
    private final Map<String, ObjectNode> issues = new LinkedHashMap<>();
    private final Map<String, Set<Link>> links = new LinkedHashMap<>();
    private final Map<String, Set<String>> labels = new LinkedHashMap<>();
    private final Map<String, List<String>> comments = new LinkedHashMap<>();

    private Beads() {}

    /**
     * Whether {@code path} is such an export: a folder with issues.jsonl, or a file of beads
     * issues.
     */
    public static boolean matches(Path path) throws IOException {
        Path file = Files.isDirectory(path) ? path.resolve("issues.jsonl") : path;
        if (!Files.isRegularFile(file)) {
            return false;
        }
        return JsonLines.any(
                file, new Tally(), (o, where) -> o.has("issue_type") && o.has("title"));
    }

    /**
     * Reads an export whole.
     *
     * @throws IOException when a file that is there cannot be read
     */
    public static ForeignItems read(Path path) throws IOException {
        Beads beads = new Beads();
        if (Files.isDirectory(path)) {
            JsonLines.read(path.resolve("issues.jsonl"), beads.lost, beads::issue);
            beads.optional(path, "dependencies.jsonl", (o, w) -> beads.link(o, w));
            beads.optional(
                    path,
                    "labels.jsonl",
                    (o, w) -> beads.label(text(o, "issue_id"), text(o, "label"), w));
            beads.optional(
                    path, "comments.jsonl", (o, w) -> beads.comment(text(o, "issue_id"), o, w));
        } else {
            JsonLines.read(path, beads.lost, beads::issue);
        }
        List<ForeignItem> items = new ArrayList<>();
        beads.issues.values().forEach(o -> items.add(beads.item(o)));
        beads.unknownOwners();
        return new ForeignItems("beads export " + path.getFileName(), items, beads.lost);
    }

    private void optional(Path folder, String name, BiConsumer<ObjectNode, String> each)
            throws IOException {
        Path file = folder.resolve(name);
        if (Files.isRegularFile(file)) {
            JsonLines.read(file, lost, each);
        }
    }

    private void issue(ObjectNode o, String where) {
        String id = text(o, "id");
        if (id.isBlank()) {
            lost.add("issue_without_id", where);
        } else if (issues.putIfAbsent(id, o) != null) {
            lost.add("issue_twice", id + " (" + where + ")");
        } else {
            each(o, "dependencies", where, d -> link(d, where));
            each(o, "labels", where, l -> label(id, l.asText(), where));
            each(o, "comments", where, c -> comment(id, c, where));
        }
    }

    private void each(ObjectNode o, String field, String where, Consumer<JsonNode> what) {
        JsonNode array = o.get(field);
        if (array == null || array.isNull()) {
            return;
        }
        if (array.isArray()) {
            array.forEach(what);
        } else {
            lost.add("field_not_a_list", field + " of " + where);
        }
    }

    private void link(JsonNode o, String where) {
        String from = text(o, "issue_id");
        String to = text(o, "depends_on_id");
        if (from.isBlank() || to.isBlank()) {
            lost.add("link_without_ends", where);
        } else if (!links.computeIfAbsent(from, f -> new LinkedHashSet<>())
                .add(new Link(text(o, "type"), to))) {
            lost.add("link_twice", from + " -> " + to);
        }
    }

    private void label(String id, String label, String where) {
        if (id.isBlank() || label.isBlank()) {
            lost.add("label_without_text", where);
        } else {
            labels.computeIfAbsent(id, i -> new LinkedHashSet<>()).add(label);
        }
    }

    private void comment(String id, JsonNode o, String where) {
        String text = text(o, "text");
        if (id.isBlank() || text.isBlank()) {
            lost.add("comment_without_text", where);
        } else {
            String head = (text(o, "author") + " " + text(o, "created_at")).strip() + ":\n";
            comments.computeIfAbsent(id, i -> new ArrayList<>()).add(head + text);
        }
    }

    private ForeignItem item(ObjectNode o) {
        String id = text(o, "id");
        Draft item = new Draft(id, id, lost);
        item.name(text(o, "title"));
        item.label(Importer.MARK + id);
        item.body(text(o, "description"));
        item.section("Design", text(o, "design"));
        item.section("Notes", text(o, "notes"));
        comments.getOrDefault(id, List.of()).forEach(item::note);
        links.getOrDefault(id, Set.of()).forEach(link -> keep(link, id, item));
        labels.getOrDefault(id, Set.of()).forEach(item::label);
        type(text(o, "issue_type"), item);
        todos(text(o, "acceptance_criteria"), item);
        item.fields(o.fieldNames(), KEPT);
        item.origin(text(o, "created_by"), "beads", text(o, "created_at"));
        item.priority(o.get("priority"));
        item.assignee(text(o, "assignee"));
        item.state(text(o, "status"));
        item.reason(text(o, "close_reason"));
        return item.item();
    }

    private void keep(Link link, String id, Draft item) {
        ObjectNode other = issues.get(link.to());
        boolean dependency = link.kind().equals("blocks");
        boolean epic =
                link.kind().equals("parent-child")
                        && other != null
                        && text(other, "issue_type").equals("epic");
        if (other != null && !link.to().equals(id) && (dependency || epic)) {
            item.link(link.kind(), link.to());
            return;
        }
        String why =
                other == null
                        ? "unknown_id"
                        : link.to().equals(id) ? "link_to_itself" : "other_link";
        item.lost("link_as_note_" + why, link.kind() + " " + link.to());
        item.note("Link in beads: " + Texts.name(link.kind()) + " " + Texts.name(link.to()));
    }

    private static void type(String beads, Draft item) {
        if (beads.equals("bug") || beads.equals("epic")) {
            item.type(beads);
        } else {
            item.label("beads:" + (beads.isBlank() ? "unknown" : beads));
        }
    }

    private static void todos(String criteria, Draft item) {
        for (String line : criteria.split("\n", -1)) {
            String todo = line.strip().replaceFirst("^([-*]|\\d+\\.)\\s*(\\[[ xX]\\])?\\s*", "");
            if (!todo.isBlank()) {
                item.todo(todo);
            }
        }
    }

    private void unknownOwners() {
        unknownOwners(links, "link");
        unknownOwners(labels, "label");
        unknownOwners(comments, "comment");
    }

    private void unknownOwners(Map<String, ?> owned, String what) {
        owned.keySet().stream()
                .filter(i -> !issues.containsKey(i))
                .forEach(i -> lost.add(what + "_of_unknown_issue", i));
    }

    private static String text(JsonNode o, String field) {
        return JsonLines.text(o, field);
    }
}

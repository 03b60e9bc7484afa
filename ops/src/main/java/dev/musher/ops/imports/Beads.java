package dev.musher.ops.imports;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.musher.crdt.change.Limits;
import dev.musher.crdt.change.Origin;
import dev.musher.ops.imports.ForeignItem.Link;
import dev.musher.ops.imports.ForeignItem.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
                    "updated_at",
                    "closed_at",
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
        boolean[] found = new boolean[1];
        JsonLines.read(
                file, new Tally(), (o, where) -> found[0] |= o.has("issue_type") && o.has("title"));
        return found[0];
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

    private void optional(
            Path folder, String name, java.util.function.BiConsumer<ObjectNode, String> each)
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
            each(o, "dependencies", d -> link(d, where));
            each(o, "labels", l -> label(id, l.asText(), where));
            each(o, "comments", c -> comment(id, c, where));
        }
    }

    private static void each(
            ObjectNode o, String field, java.util.function.Consumer<JsonNode> what) {
        JsonNode array = o.get(field);
        if (array != null && array.isArray()) {
            array.forEach(what);
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
            labels.computeIfAbsent(id, i -> new LinkedHashSet<>()).add(Texts.name(label));
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
        String title = text(o, "title");
        String name = Texts.name(title);
        List<String> notes = new ArrayList<>();
        if (name.endsWith("…") && !title.endsWith("…")) {
            notes.addAll(Texts.pieces("Whole title: " + title, Limits.NOTE_BYTES));
        }
        List<String> body = Texts.pieces(text(o, "description"), Limits.BODY_BYTES);
        for (int i = 1; i < body.size(); i++) {
            notes.addAll(Texts.pieces(body.get(i), Limits.NOTE_BYTES));
        }
        section(notes, "Design", text(o, "design"));
        section(notes, "Notes", text(o, "notes"));
        for (String comment : comments.getOrDefault(id, List.of())) {
            notes.addAll(Texts.pieces(comment, Limits.NOTE_BYTES));
        }
        List<Link> kept = new ArrayList<>();
        for (Link link : links.getOrDefault(id, Set.of())) {
            keepLink(id, link, kept, notes);
        }
        Set<String> itemLabels = new LinkedHashSet<>(labels.getOrDefault(id, Set.of()));
        String type = type(text(o, "issue_type"), itemLabels);
        o.fieldNames()
                .forEachRemaining(f -> {
                    if (!KEPT.contains(f)) {
                        lost.add("field_" + f, id);
                    }
                });
        String assignee = text(o, "assignee");
        return new ForeignItem(
                id,
                type,
                name,
                body.isEmpty() ? "" : body.get(0),
                origin(o, id),
                priority(o, id),
                assignee.isBlank() ? null : Texts.name(assignee),
                limited(itemLabels, "label", id),
                limited(todos(text(o, "acceptance_criteria")), "todo", id),
                notes,
                kept,
                state(text(o, "status"), id),
                reason(text(o, "close_reason"), notes));
    }

    private static void section(List<String> notes, String title, String text) {
        if (!text.isBlank()) {
            notes.addAll(Texts.pieces(title + ":\n" + text, Limits.NOTE_BYTES));
        }
    }

    private void keepLink(String id, Link link, List<Link> kept, List<String> notes) {
        ObjectNode other = issues.get(link.to());
        boolean dependency = link.kind().equals("blocks");
        boolean epic =
                link.kind().equals("parent-child")
                        && other != null
                        && text(other, "issue_type").equals("epic");
        if (other != null && !link.to().equals(id) && (dependency || epic)) {
            kept.add(link);
            return;
        }
        String why =
                other == null
                        ? "unknown_id"
                        : link.to().equals(id) ? "link_to_itself" : "other_link";
        lost.add("link_as_note_" + why, id + " " + link.kind() + " " + link.to());
        notes.add("Link in beads: " + Texts.name(link.kind()) + " " + Texts.name(link.to()));
    }

    private static String type(String beads, Set<String> labels) {
        if (beads.equals("bug") || beads.equals("epic")) {
            return beads;
        }
        labels.add(Texts.name("beads:" + (beads.isBlank() ? "unknown" : beads)));
        return "story";
    }

    private Origin origin(ObjectNode o, String id) {
        String actor = text(o, "created_by");
        String created = text(o, "created_at");
        var time = Texts.time(created);
        if (time.isEmpty()) {
            lost.add("time_not_read", id + " " + created);
        }
        return new Origin(
                kind(actor), actor.isBlank() ? "beads" : Texts.name(actor), time.orElse(0));
    }

    /**
     * Who an actor is: beads does not say. A path ({@code gastown/crew/max}) or a lower-case word
     * ({@code mayor}) names an agent there, a written name a person, nothing the tracker.
     */
    static Origin.Kind kind(String actor) {
        if (actor.isBlank()) {
            return Origin.Kind.BOT;
        }
        boolean person = actor.contains(" ") || actor.contains("@");
        return person || !actor.equals(actor.toLowerCase(Locale.ROOT))
                ? Origin.Kind.USER
                : Origin.Kind.AGENT;
    }

    private @Nullable Integer priority(ObjectNode o, String id) {
        JsonNode priority = o.get("priority");
        if (priority == null || priority.isNull()) {
            return null;
        }
        if (priority.isInt() && priority.intValue() >= 0 && priority.intValue() <= 9) {
            return priority.intValue();
        }
        lost.add("priority_out_of_range", id + " " + priority);
        return null;
    }

    private State state(String status, String id) {
        return switch (status) {
            case "open", "pinned" -> State.BACKLOG;
            case "hooked", "in_progress" -> State.CODING;
            case "blocked" -> State.BLOCKED;
            case "deferred" -> State.FROZEN;
            case "closed" -> State.DONE;
            default -> {
                lost.add("unknown_status", id + " " + status);
                yield State.BACKLOG;
            }
        };
    }

    private static String reason(String text, List<String> notes) {
        List<String> pieces = Texts.pieces(text, Limits.REASON_BYTES);
        if (pieces.size() > 1) {
            section(notes, "Why it was closed", text);
        }
        return pieces.isEmpty() ? "" : pieces.get(0);
    }

    private static Set<String> todos(String criteria) {
        Set<String> out = new LinkedHashSet<>();
        for (String line : criteria.split("\n", -1)) {
            String todo = line.strip().replaceFirst("^([-*]|\\d+\\.)\\s*(\\[[ xX]\\])?\\s*", "");
            if (!todo.isBlank()) {
                out.add(Texts.name(todo));
            }
        }
        return out;
    }

    private List<String> limited(Collection<String> values, String what, String id) {
        if (values.size() > Limits.ELEMENTS) {
            lost.add(what + "s_over_" + Limits.ELEMENTS, id);
        }
        return values.stream().limit(Limits.ELEMENTS).toList();
    }

    private void unknownOwners() {
        links.keySet().stream()
                .filter(i -> !issues.containsKey(i))
                .forEach(i -> lost.add("link_of_unknown_issue", i));
        labels.keySet().stream()
                .filter(i -> !issues.containsKey(i))
                .forEach(i -> lost.add("label_of_unknown_issue", i));
        comments.keySet().stream()
                .filter(i -> !issues.containsKey(i))
                .forEach(i -> lost.add("comment_of_unknown_issue", i));
    }

    private static String text(JsonNode o, String field) {
        return JsonLines.text(o, field);
    }
}

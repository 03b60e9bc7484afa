package dev.musher.protocol.json;

import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Limits;
import dev.musher.crdt.change.Malformed;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The members of one command's object, each typed and bounded by its name: a name means the same in
 * every command. Which of them a command takes is checked afterwards, since the {@code op} that
 * says so may stand last. Not thread safe.
 */
final class Members {

    /** Stands for a null that was given, which clears a field. */
    record Null() {}

    /** An origin before its kind is looked up. */
    record OriginGiven(String kind, String id, @Nullable Long timeMs) {}

    private static final Null NULL = new Null();
    private static final int HEX = 64;
    private static final int PRIORITY_MAX = 9;

    // Looked up by name only, never walked: its order is of no account.
    private final Map<String, Object> given = new HashMap<>();

    private Members() {}

    static Members read(byte[] json) {
        Members out = new Members();
        JsonIn in = JsonIn.of(json);
        in.object("command", name -> out.given.put(name, value(in, name)));
        in.end();
        return out;
    }

    @Nullable String op() {
        return textOrNull("op");
    }

    void putRef(String ref) {
        if (given.putIfAbsent("ref", ref) != null) {
            throw new Malformed("ref: stands in the path already");
        }
    }

    /** Refuses members the verb does not take, and the lack of those it needs. */
    void check(Verb verb) {
        for (String name : new TreeMap<>(given).keySet()) {
            if (!name.equals("op") && !verb.members().contains(name)) {
                throw new Malformed(
                        name
                                + ": not a member of "
                                + verb.word()
                                + ", which takes "
                                + CommandReader.taken(verb));
            }
        }
        for (String name : verb.required()) {
            if (!given.containsKey(name)) {
                throw new Malformed(
                        name
                                + ": missing; "
                                + verb.word()
                                + " needs "
                                + String.join(", ", verb.required()));
            }
        }
    }

    String text(String name) {
        return String.valueOf(given.get(name));
    }

    String text(String name, String otherwise) {
        String out = textOrNull(name);
        return out == null ? otherwise : out;
    }

    @Nullable String textOrNull(String name) {
        return given.get(name) instanceof String s ? s : null;
    }

    boolean flag(String name) {
        return Boolean.TRUE.equals(given.get(name));
    }

    long number(String name) {
        return given.get(name) instanceof Long n ? n : 0;
    }

    @Nullable Long timeOrNull(String name) {
        return given.get(name) instanceof Long n ? n : null;
    }

    OriginGiven origin() {
        if (given.get("origin") instanceof OriginGiven o) {
            return o;
        }
        throw new Malformed("origin: missing");
    }

    /** A register's value: text, number, {@link Null}, or null where it was not given. */
    @Nullable Object field(String name) {
        return given.get(name);
    }

    @Nullable List<String> names(String name) {
        if (given.get(name) instanceof List<?> list) {
            return list.stream().map(String::valueOf).toList();
        }
        return null;
    }

    List<ChangeId> ids(String name) {
        List<String> texts = names(name);
        return texts == null ? List.of() : texts.stream().map(t -> id(name, t)).toList();
    }

    SortedMap<String, String> details() {
        SortedMap<String, String> out = new TreeMap<>();
        if (given.get("details") instanceof Map<?, ?> map) {
            map.forEach((k, v) -> out.put(String.valueOf(k), String.valueOf(v)));
        }
        return out;
    }

    static ChangeId id(String path, String hex) {
        if (hex.length() != HEX
                || !hex.chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 128)) {
            throw new Malformed(path + ": expected " + HEX + " hexadecimal digits");
        }
        return ChangeId.parse(hex);
    }

    private static Object value(JsonIn in, String name) {
        return switch (name) {
            case "op", "event", "counter", "set", "role" -> in.name(name, 40);
            case "ref", "type", "name", "element", "todo", "label" ->
                    in.name(name, Limits.NAME_CHARS);
            case "seen", "note", "choice" -> in.name(name, 200);
            // "todo:" and the todo's text
            case "field" -> in.name(name, Limits.NAME_CHARS + 5);
            case "assignee", "agent", "epic", "order", "qa_mode", "plan_state" ->
                    in.isNull() ? NULL : in.name(name, Limits.NAME_CHARS);
            case "body" -> in.isNull() ? NULL : in.utf8(name, Limits.BODY_BYTES);
            case "priority" -> in.isNull() ? NULL : (Object) in.number(name, 0, PRIORITY_MAX);
            case "amount" -> in.number(name, 0, Limits.NUMBER);
            case "checked" -> in.flag(name);
            case "reason" -> in.utf8(name, Limits.REASON_BYTES);
            case "text" -> noteText(in, name);
            case "device", "change" -> in.name(name, HEX);
            case "changes", "heads" -> in.names(name, Limits.KEPT, HEX);
            // An epoch, a colon and a seq at most, or an id.
            case "keep" -> in.names(name, Limits.KEPT, HEX);
            case "expires" -> in.time(name);
            case "labels", "depends_on", "todos" ->
                    in.names(name, Limits.ELEMENTS, Limits.NAME_CHARS);
            case "add_labels",
                    "remove_labels",
                    "add_depends_on",
                    "remove_depends_on",
                    "add_todos",
                    "remove_todos" ->
                    in.names(name, Limits.ELEMENTS, Limits.NAME_CHARS);
            case "origin" -> readOrigin(in);
            case "details" -> readDetails(in);
            default -> throw new Malformed(clip(name) + ": not a member of any command");
        };
    }

    private static String noteText(JsonIn in, String name) {
        String out = in.utf8(name, Limits.NOTE_BYTES);
        if (out.isBlank()) {
            throw new Malformed(name + ": blank");
        }
        return out;
    }

    private static OriginGiven readOrigin(JsonIn in) {
        Map<String, Object> parts = new HashMap<>();
        in.object(
                "origin",
                name -> {
                    Object value =
                            switch (name) {
                                case "kind" -> in.name("origin.kind", 40);
                                case "id" -> in.name("origin.id", Limits.NAME_CHARS);
                                case "time" -> in.time("origin.time");
                                default ->
                                        throw new Malformed(
                                                "origin."
                                                        + clip(name)
                                                        + ": not a member of origin, which takes"
                                                        + " kind, id, time");
                            };
                    parts.put(name, value);
                });
        if (parts.get("kind") instanceof String kind && parts.get("id") instanceof String id) {
            return new OriginGiven(kind, id, (Long) parts.get("time"));
        }
        throw new Malformed("origin: needs kind and id");
    }

    private static SortedMap<String, String> readDetails(JsonIn in) {
        SortedMap<String, String> out = new TreeMap<>();
        in.object(
                "details",
                name -> {
                    if (name.isEmpty()
                            || !name.chars().allMatch(c -> c == '_' || (c >= 'a' && c <= 'z'))) {
                        throw new Malformed("details: a name has letters a-z and _ only");
                    }
                    out.put(name, in.text("details." + name, Limits.NAME_CHARS));
                });
        if (out.size() > Limits.DETAILS) {
            throw new Malformed("details: " + out.size() + " entries, at most " + Limits.DETAILS);
        }
        return out;
    }

    private static String clip(String text) {
        return text.length() <= 60 ? text : text.substring(0, 60) + "...";
    }
}

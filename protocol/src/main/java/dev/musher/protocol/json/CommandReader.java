package dev.musher.protocol.json;

import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.CounterName;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Event;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.Malformed;
import dev.musher.crdt.change.Origin;
import dev.musher.crdt.change.Role;
import dev.musher.crdt.change.SetName;
import dev.musher.crdt.change.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads commands from JSON: as a line of a batch, which names its {@code op}, or as the body of a
 * request, where the route says what it is. A member that the command does not take is refused by
 * name, so that a misspelt one is not silently without effect. Throws only {@link Malformed}.
 *
 * <p>Stateless; may be used from any thread.
 */
public final class CommandReader {

    /** The types an item can have (H-01). */
    public static final List<String> TYPES = List.of("story", "bug", "spike", "refactor", "epic");

    /** Who does the quality check of an item (H-02). */
    public static final List<String> QA_MODES = List.of("server", "agent", "human");

    private CommandReader() {}

    /** A line of a batch: {@code {"op":"create", ...}}. */
    public static Command line(byte[] json) {
        Members members = Members.read(json);
        String op = members.op();
        if (op == null) {
            throw new Malformed("op: missing; one of " + verbs());
        }
        Verb verb =
                Verb.parse(op)
                        .orElseThrow(() -> new Malformed("op: '" + op + "' is none of " + verbs()));
        return build(verb, members);
    }

    /**
     * The body of a request.
     *
     * @param verb what the route does
     * @param ref the item named by the path, or null where the command is about none; the body
     *     itself then has no {@code ref}
     */
    public static Command body(Verb verb, @Nullable String ref, byte[] json) {
        Members members = Members.read(json);
        if (members.op() != null) {
            throw new Malformed("op: only lines of a batch name it; the route says it here");
        }
        if (ref != null) {
            members.putRef(ref);
        }
        return build(verb, members);
    }

    private static Command build(Verb verb, Members m) {
        m.check(verb);
        return switch (verb) {
            case CREATE -> new Command.Create(origin(m), fields(m, false), elements(m));
            case EDIT -> edit(m);
            case EVENT -> act(m);
            case NOTE -> new Command.Note(m.text("ref"), m.text("text"));
            case EDIT_NOTE -> new Command.EditNote(m.text("ref"), m.text("note"), m.text("text"));
            case DELETE -> new Command.Delete(m.text("ref"), m.textOrNull("seen"));
            case RESTORE -> new Command.Restore(m.text("ref"));
            case SETTLE -> new Command.Settle(m.text("ref"), m.text("field"), m.text("choice"));
            case ADD_ELEMENT ->
                    new Command.AddElement(m.text("ref"), set(m.text("set")), m.text("element"));
            case REMOVE_ELEMENT ->
                    new Command.RemoveElement(m.text("ref"), set(m.text("set")), m.text("element"));
            case CHECK ->
                    new Command.Check(
                            m.text("ref"), m.text("todo"), m.flag("checked"), m.textOrNull("seen"));
            case COUNT ->
                    new Command.Count(
                            m.text("ref"), counter(m.text("counter")), m.number("amount"));
            case ADD_MEMBER ->
                    new Command.AddMember(
                            device(m.text("device")),
                            role(m.text("role")),
                            m.text("label"),
                            m.timeOrNull("expires"));
            case SET_ROLE -> new Command.SetRole(device(m.text("device")), role(m.text("role")));
            case ADOPT -> adopt(m);
            case REVOKE -> new Command.Revoke(device(m.text("device")), m.names("keep"));
            case SETTLE_FORKS -> {
                String device = m.textOrNull("device");
                yield new Command.SettleForks(device == null ? null : device(device));
            }
        };
    }

    private static Origin origin(Members m) {
        Members.OriginGiven given = m.origin();
        for (Origin.Kind kind : Origin.Kind.values()) {
            if (kind.word().equals(given.kind())) {
                Long time = given.timeMs();
                return new Origin(kind, given.id(), time == null ? Command.WHEN_WRITTEN : time);
            }
        }
        throw none("origin.kind", given.kind(), Origin.Kind.values());
    }

    private static Command act(Members m) {
        String ref = m.text("ref");
        String seen = m.textOrNull("seen");
        Event event = event(m.text("event"));
        SortedMap<String, String> details = m.details();
        if (event == Event.LANDED) {
            landed(details);
        }
        List<Command.OnItem> parts = new ArrayList<>();
        parts.add(new Command.Act(ref, event, m.text("reason", ""), details, seen));
        SortedMap<Field, Value> fields = fields(m, true);
        if (!fields.isEmpty()) {
            parts.add(new Command.Edit(ref, fields, new TreeMap<>(), seen));
        }
        String note = m.textOrNull("text");
        if (note != null) {
            parts.add(new Command.Note(ref, note));
        }
        return parts.size() == 1 ? parts.get(0) : new Command.Together(ref, parts);
    }

    /** The fact that outranks every other word names what landed and whose turn it was. */
    private static void landed(SortedMap<String, String> details) {
        String commit = details.get("commit");
        if (commit == null) {
            throw new Malformed(
                    "details.commit: missing; landed names the commit that the ref has");
        }
        if (!commit.matches("[0-9a-f]{40}|[0-9a-f]{64}")) {
            throw new Malformed(
                    "details.commit: expected the whole hash of a commit, 40 or 64 digits of"
                            + " 0-9a-f");
        }
        String generation = details.get("generation");
        if (generation == null) {
            throw new Malformed(
                    "details.generation: missing; landed names the generation of the merge queue");
        }
        if (!generation.matches("[0-9]{1,15}")) {
            throw new Malformed("details.generation: expected a whole number of 1 to 15 digits");
        }
    }

    private static Command edit(Members m) {
        SortedMap<Field, Value> fields = fields(m, true);
        SortedMap<SetName, Command.SetEdit> sets = new TreeMap<>();
        for (SetName set : SetName.values()) {
            List<String> exact = m.names(set.word());
            List<String> add = m.names("add_" + set.word());
            List<String> remove = m.names("remove_" + set.word());
            if (exact != null && (add != null || remove != null)) {
                throw new Malformed(
                        set.word() + ": give the whole set, or what to add and remove, not both");
            }
            if (exact != null || add != null || remove != null) {
                sets.put(
                        set,
                        new Command.SetEdit(
                                exact,
                                add == null ? List.of() : add,
                                remove == null ? List.of() : remove));
            }
        }
        if (fields.isEmpty() && sets.isEmpty()) {
            throw new Malformed("edit: names no field to change; it takes " + taken(Verb.EDIT));
        }
        return new Command.Edit(m.text("ref"), fields, sets, m.textOrNull("seen"));
    }

    /**
     * The registers among the members; a null clears where {@code clearing}, else it is nothing.
     */
    private static SortedMap<Field, Value> fields(Members m, boolean clearing) {
        SortedMap<Field, Value> out = new TreeMap<>();
        for (Field field : Field.values()) {
            Object given = m.field(field.word());
            if (given == null) {
                continue;
            }
            Value value =
                    switch (given) {
                        case Members.Null n -> Value.NONE;
                        case Long number -> new Value.Int(number);
                        case String text -> new Value.Text(text);
                        default -> throw new IllegalStateException("a field holds " + given);
                    };
            if (value instanceof Value.Text text) {
                oneOf(field, text.text());
            }
            if (clearing || !(value instanceof Value.None)) {
                out.put(field, value);
            }
        }
        return out;
    }

    private static void oneOf(Field field, String text) {
        List<String> known =
                field == Field.TYPE ? TYPES : field == Field.QA_MODE ? QA_MODES : List.of(text);
        if (!known.contains(text)) {
            throw new Malformed(field.word() + ": '" + text + "' is none of " + known);
        }
    }

    private static SortedMap<SetName, List<String>> elements(Members m) {
        SortedMap<SetName, List<String>> out = new TreeMap<>();
        for (SetName set : SetName.values()) {
            List<String> given = m.names(set.word());
            if (given != null && !given.isEmpty()) {
                out.put(set, given.stream().distinct().toList());
            }
        }
        return out;
    }

    private static Command adopt(Members m) {
        List<ChangeId> changes = m.ids("changes");
        String one = m.textOrNull("change");
        if (one != null) {
            if (!changes.isEmpty()) {
                throw new Malformed("adopt: give change or changes, not both");
            }
            changes = List.of(Members.id("change", one));
        }
        List<ChangeId> heads = m.ids("heads");
        String device = m.textOrNull("device");
        if (device != null) {
            if (!changes.isEmpty() || !heads.isEmpty()) {
                throw new Malformed("adopt: give a device or changes, not both");
            }
            return new Command.AdoptDevice(device(device));
        }
        if (changes.isEmpty() && heads.isEmpty()) {
            throw new Malformed("adopt: names no change; it takes " + taken(Verb.ADOPT));
        }
        return new Command.Adopt(changes, heads);
    }

    private static Event event(String word) {
        if (word.equals(Event.CHOOSE.word())) {
            throw new Malformed("event: choose a branch by settling the field 'stage'");
        }
        return Event.parse(word)
                .orElseThrow(() ->
                        new Malformed(
                                "event: '"
                                        + clip(word)
                                        + "' is none of "
                                        + Arrays.stream(Event.values())
                                                .filter(e -> e != Event.CHOOSE)
                                                .map(Event::word)
                                                .collect(Collectors.joining(", "))));
    }

    private static SetName set(String word) {
        for (SetName set : SetName.values()) {
            if (set.word().equals(word)) {
                return set;
            }
        }
        throw none("set", word, SetName.values());
    }

    private static CounterName counter(String word) {
        for (CounterName counter : CounterName.values()) {
            if (counter.word().equals(word)) {
                return counter;
            }
        }
        throw none("counter", word, CounterName.values());
    }

    private static Role role(String word) {
        for (Role role : Role.values()) {
            if (role.word().equals(word)) {
                return role;
            }
        }
        throw none("role", word, Role.values());
    }

    private static DeviceId device(String hex) {
        return DeviceId.of(Members.id("device", hex).bytes());
    }

    private static Malformed none(String path, String given, Enum<?>[] known) {
        return new Malformed(
                path
                        + ": '"
                        + clip(given)
                        + "' is none of "
                        + Arrays.stream(known)
                                .map(e -> e.name().toLowerCase(Locale.ROOT))
                                .collect(Collectors.joining(", ")));
    }

    private static String clip(String text) {
        return text.length() <= 60 ? text : text.substring(0, 60) + "...";
    }

    private static String verbs() {
        return Arrays.stream(Verb.values()).map(Verb::word).collect(Collectors.joining(", "));
    }

    static String taken(Verb verb) {
        return String.join(", ", verb.members());
    }
}

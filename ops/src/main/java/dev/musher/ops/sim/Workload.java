package dev.musher.ops.sim;

import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.CounterName;
import dev.musher.crdt.change.Event;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Limits;
import dev.musher.crdt.change.Origin;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.change.SetName;
import dev.musher.crdt.change.Value;
import dev.musher.crdt.pipeline.Conflict;
import dev.musher.crdt.pipeline.Item;
import dev.musher.crdt.pipeline.OrderKeys;
import dev.musher.crdt.pipeline.Stage;
import dev.musher.crdt.pipeline.Transitions;
import dev.musher.crdt.type.NoteList;
import dev.musher.node.replica.Input;
import dev.musher.node.replica.Published;
import dev.musher.node.replica.Queries;
import dev.musher.protocol.json.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What users and agents of a mesh do: they make items, and all work on the same few of them, so
 * that concurrent edits are the rule. Commands go to a random node that is up, by what that node
 * shows.
 */
final class Workload {

    private static final String[] WORDS = {"sled", "dog", "trail", "camp", "snow", "line"};
    private static final Event[] EVENTS = Event.values();
    private static final Field[] FIELDS = Field.values();

    private static final String[] TYPES = {"story", "story", "bug", "spike", "refactor", "epic"};

    /** Versions remembered, to be told as what a caller saw. */
    private static final int SEEN_MAX = 64;

    /** Submissions remembered, to be sent again. */
    private static final int SENT_MAX = 16;

    private final RandomGenerator random;
    private final SortedMap<ItemKey, String> seen = new TreeMap<>();
    private final List<Input.Submit> sent = new ArrayList<>();

    Workload(RandomGenerator random) {
        this.random = random;
    }

    /** The next submission for a node that shows {@code published}. */
    Input.Submit next(SimNode node, Published published) {
        if (!sent.isEmpty() && random.nextInt(30) == 0) {
            return again(node);
        }
        List<Item> items = items(published);
        Actor actor = actor();
        List<Command> commands = new ArrayList<>();
        int count = random.nextInt(12) == 0 ? 2 + random.nextInt(5) : 1;
        for (int i = 0; i < count; i++) {
            boolean create = items.isEmpty() || random.nextInt(Math.max(4, items.size() / 3)) == 0;
            commands.add(create ? create(items, published) : on(pick(items), items, actor));
        }
        String key = random.nextInt(10) == 0 ? "key-" + random.nextInt(1_000_000) : null;
        Input.Submit next = new Input.Submit(node.nextTicket(), actor, commands, key);
        if (key != null) {
            if (sent.size() == SENT_MAX) {
                sent.removeFirst();
            }
            sent.add(next);
        }
        return next;
    }

    /**
     * A caller that lost the answer asks again; now and then the key is used for something else.
     */
    private Input.Submit again(SimNode node) {
        Input.Submit before = sent.get(random.nextInt(sent.size()));
        List<Command> commands =
                random.nextInt(4) == 0
                        ? List.of(new Command.Note("1", "another thing"))
                        : before.commands();
        return new Input.Submit(
                node.nextTicket(), before.actor(), commands, before.idempotencyKey());
    }

    /** A submission about one item, which the node shows. */
    Input.Submit on(SimNode node, Published published, ItemKey key) {
        Item item = published.items().get(key);
        if (item == null) {
            throw new IllegalArgumentException("not shown: " + key);
        }
        Actor actor = actor();
        Command command = on(item, items(published), actor);
        return new Input.Submit(node.nextTicket(), actor, List.of(command), null);
    }

    /** So many notes in one submission, on items that the node shows. */
    Input.Submit many(SimNode node, Published published, int count) {
        List<Item> items = items(published);
        items.removeIf(Item::deleted);
        List<Command> commands = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            boolean create = items.isEmpty() || i == 0;
            commands.add(
                    create
                            ? create(items, published)
                            : new Command.Note(pick(items).key().text(), "alone " + word()));
        }
        return new Input.Submit(node.nextTicket(), new Actor.User("alone"), commands, null);
    }

    /** Some item that is shown, of which there is one. */
    ItemKey any(Published published) {
        return pick(items(published)).key();
    }

    private static List<Item> items(Published published) {
        List<Item> items = new ArrayList<>();
        published.items().forEach((key, item) -> items.add(item));
        return items;
    }

    /** Mostly one that is not deleted, since little can be done with those. */
    private Item pick(List<Item> items) {
        Item item = items.get(random.nextInt(items.size()));
        return item.deleted() ? items.get(random.nextInt(items.size())) : item;
    }

    private Actor actor() {
        return switch (random.nextInt(12)) {
            case 0, 1, 2 -> new Actor.Agent("agent-" + random.nextInt(3), null);
            case 3 -> new Actor.SystemActor("timer");
            default -> new Actor.User("user-" + random.nextInt(3));
        };
    }

    private Command create(List<Item> items, Published published) {
        SortedMap<Field, Value> fields = new TreeMap<>();
        fields.put(Field.NAME, text());
        fields.put(Field.TYPE, new Value.Text(TYPES[random.nextInt(TYPES.length)]));
        if (random.nextInt(4) == 0) {
            fields.put(Field.BODY, new Value.Text((word() + " ").repeat(random.nextInt(100))));
        }
        if (!items.isEmpty() && random.nextInt(6) == 0) {
            fields.put(Field.EPIC, new Value.Text(reference(pick(items), published)));
        }
        SortedMap<SetName, List<String>> sets = new TreeMap<>();
        if (random.nextBoolean()) {
            sets.put(SetName.TODOS, List.of(word(), "check " + word()));
        }
        if (random.nextInt(4) == 0) {
            sets.put(SetName.LABELS, List.of());
        }
        if (!items.isEmpty() && random.nextInt(4) == 0) {
            sets.put(SetName.DEPENDS_ON, List.of(reference(pick(items), published)));
        }
        String origin = random.nextInt(50) == 0 ? " " : "workload";
        return new Command.Create(new Origin(Origin.Kind.TEST, origin, 1), fields, sets);
    }

    /** One of the ways to name an item; a number may be shared, so not all of them name one. */
    private String reference(Item item, Published published) {
        return switch (random.nextInt(6)) {
            case 0 -> Long.toString(item.number());
            case 1 -> Queries.display(published, item);
            case 2 -> item.key().shortId();
            case 3 -> random.nextInt(4) == 0 ? "no such item" : item.key().text().substring(0, 4);
            default -> item.key().text();
        };
    }

    private Command.OnItem on(Item item, List<Item> items, Actor actor) {
        String ref = random.nextInt(4) == 0 ? Long.toString(item.number()) : item.key().text();
        if (item.deleted()) {
            return switch (random.nextInt(16)) {
                case 0, 1 -> act(item, actor);
                case 2 -> new Command.RemoveElement(ref, SetName.DEPENDS_ON, ref);
                default -> new Command.Restore(ref);
            };
        }
        if (!item.conflicts().isEmpty() && random.nextInt(3) == 0) {
            return settle(item);
        }
        return switch (random.nextInt(13)) {
            case 0, 1 -> new Command.Edit(ref, fields(items), sets(item, items), saw(item));
            case 2, 3, 4, 5 -> act(item, actor);
            case 6 -> note(item);
            case 7 -> random.nextInt(3) == 0 ? new Command.Delete(ref, saw(item)) : check(item);
            case 8, 9 -> element(item, items);
            case 10 ->
                    new Command.Count(
                            ref,
                            CounterName.values()[random.nextInt(CounterName.values().length)],
                            random.nextInt(1_000));
            case 11 -> odd(ref, item);
            default ->
                    new Command.Together(
                            ref,
                            List.of(
                                    act(item, actor),
                                    new Command.Edit(ref, fields(items), new TreeMap<>(), null)));
        };
    }

    /** What is mostly refused. */
    private Command.OnItem odd(String ref, Item item) {
        return switch (random.nextInt(8)) {
            case 0 -> new Command.Restore(ref);
            case 1 -> new Command.Settle(ref, "name", "00000000");
            case 2 -> new Command.Check(ref, "no such todo", true, null);
            case 3 -> new Command.EditNote(ref, "no such note", "text");
            case 4 -> new Command.AddElement(ref, SetName.DEPENDS_ON, item.key().text());
            case 5 -> new Command.RemoveElement(ref, SetName.LABELS, "no such label");
            case 6 -> {
                List<String> many = new ArrayList<>();
                for (int i = 0; i <= Limits.OPS; i++) {
                    many.add("label " + i);
                }
                SortedMap<SetName, Command.SetEdit> sets = new TreeMap<>();
                sets.put(SetName.LABELS, new Command.SetEdit(null, many, List.of()));
                yield new Command.Edit(ref, new TreeMap<>(), sets, null);
            }
            default -> {
                SortedMap<Field, Value> body = new TreeMap<>();
                body.put(Field.BODY, new Value.Text("x".repeat(30_000)));
                yield new Command.Edit(ref, body, new TreeMap<>(), null);
            }
        };
    }

    /** What its stage allows, mostly. */
    private Command.Act act(Item item, Actor actor) {
        Stage stage = item.stage();
        List<Event> allowed =
                new ArrayList<>(stage == null ? List.of() : Transitions.allowed(stage));
        allowed.removeIf(event -> Transitions.personsWord(event) && !(actor instanceof Actor.User));
        Event event =
                allowed.isEmpty() || random.nextInt(12) == 0
                        ? EVENTS[
                                random.nextInt(
                                        EVENTS.length
                                                - 1)] // the last is CHOOSE, no event of callers
                        : allowed.get(random.nextInt(allowed.size()));
        return new Command.Act(
                item.key().text(),
                event,
                random.nextBoolean() ? "" : word(),
                details(event),
                saw(item));
    }

    private SortedMap<String, String> details(Event event) {
        SortedMap<String, String> out = new TreeMap<>();
        if (random.nextBoolean()) {
            switch (event) {
                case MERGE, RETRY -> {
                    out.put("branch", "musher/" + word());
                    out.put("ahead", Integer.toString(random.nextInt(3)));
                    out.put("server_start", Boolean.toString(random.nextBoolean()));
                }
                case MERGE_FAILED -> out.put("kind", word());
                case LANDED -> {
                    out.put("commit", word());
                    out.put("generation", Integer.toString(random.nextInt(3)));
                }
                case SUPERSEDE -> out.put("by", word());
                default -> {} // the others take none
            }
        }
        return out;
    }

    private Command.OnItem note(Item item) {
        String ref = item.key().text();
        List<NoteList.Note> notes = item.notes().notes();
        if (notes.isEmpty() || random.nextBoolean()) {
            return new Command.Note(ref, "note " + word());
        }
        Ref note = notes.get(random.nextInt(notes.size())).ref();
        return new Command.EditNote(
                ref, note.change().hex() + "." + note.index(), "newer " + word());
    }

    private Command.OnItem check(Item item) {
        List<String> todos = item.todos();
        return todos.isEmpty()
                ? new Command.AddElement(item.key().text(), SetName.TODOS, word())
                : new Command.Check(
                        item.key().text(),
                        todos.get(random.nextInt(todos.size())),
                        random.nextBoolean(),
                        saw(item));
    }

    private Command.OnItem element(Item item, List<Item> items) {
        String ref = item.key().text();
        if (random.nextInt(3) == 0) {
            ItemKey other = pick(items).key();
            return item.dependsOn().isEmpty() || random.nextBoolean()
                    ? new Command.AddElement(ref, SetName.DEPENDS_ON, other.text())
                    : new Command.RemoveElement(
                            ref, SetName.DEPENDS_ON, item.dependsOn().getFirst().text());
        }
        return item.labels().isEmpty() || random.nextBoolean()
                ? new Command.AddElement(ref, SetName.LABELS, word())
                : new Command.RemoveElement(ref, SetName.LABELS, item.labels().getFirst());
    }

    private Command.OnItem settle(Item item) {
        List<Conflict> conflicts = item.conflicts();
        Conflict conflict = conflicts.get(random.nextInt(conflicts.size()));
        List<Conflict.Alternative> choices = conflict.choices();
        String choice =
                switch (random.nextInt(8)) {
                    case 0 -> "0000";
                    case 1, 2, 3 -> "shown";
                    default ->
                            choices.get(random.nextInt(choices.size()))
                                    .ref()
                                    .change()
                                    .hex()
                                    .substring(0, 16);
                };
        return new Command.Settle(item.key().text(), conflict.subject().word(), choice);
    }

    /** The version a caller saw: mostly the present one, now and then one of long ago. */
    private @Nullable String saw(Item item) {
        String before = seen.get(item.key());
        if (before == null || random.nextInt(6) == 0) {
            if (seen.size() >= SEEN_MAX) {
                seen.remove(seen.firstKey());
            }
            seen.put(item.key(), item.version());
        }
        return random.nextInt(8) == 0 ? before : null;
    }

    private SortedMap<Field, Value> fields(List<Item> items) {
        SortedMap<Field, Value> out = new TreeMap<>();
        Field field = FIELDS[random.nextInt(FIELDS.length)];
        switch (field) {
            case BODY -> out.put(field, new Value.Text((word() + " ").repeat(random.nextInt(50))));
            case PRIORITY -> out.put(field, new Value.Int(random.nextInt(10)));
            case EPIC -> out.put(field, new Value.Text(pick(items).key().text()));
            case ORDER ->
                    out.put(
                            field,
                            new Value.Text(OrderKeys.between(null, random.nextInt(9) + "i")));
            case TYPE -> out.put(field, new Value.Text(TYPES[random.nextInt(TYPES.length)]));
            case DELETED -> {} // Delete and Restore write it
            case NAME, AGENT, ASSIGNEE, QA_MODE, PLAN_STATE -> out.put(field, text());
        }
        if (field != Field.NAME && field != Field.DELETED && random.nextInt(5) == 0) {
            out.put(field, Value.NONE);
        }
        return out;
    }

    private SortedMap<SetName, Command.SetEdit> sets(Item item, List<Item> items) {
        SortedMap<SetName, Command.SetEdit> out = new TreeMap<>();
        switch (random.nextInt(6)) {
            case 0 ->
                    out.put(
                            SetName.LABELS,
                            new Command.SetEdit(List.of(word(), word()), List.of(), List.of()));
            case 1 -> {
                List<String> todos = item.todos();
                out.put(
                        SetName.TODOS,
                        new Command.SetEdit(
                                null,
                                List.of("also " + word()),
                                todos.isEmpty() ? List.of() : List.of(todos.getFirst())));
            }
            case 2 ->
                    out.put(
                            SetName.DEPENDS_ON,
                            new Command.SetEdit(
                                    null, List.of(pick(items).key().text()), List.of()));
            default -> {} // fields alone
        }
        return out;
    }

    private Value text() {
        return new Value.Text(word() + " " + word() + " " + random.nextInt(1_000));
    }

    private String word() {
        return WORDS[random.nextInt(WORDS.length)];
    }
}

package dev.musher.ops.sim;

import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.CounterName;
import dev.musher.crdt.change.Event;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Origin;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.change.SetName;
import dev.musher.crdt.change.Value;
import dev.musher.crdt.pipeline.Conflict;
import dev.musher.crdt.pipeline.Item;
import dev.musher.crdt.pipeline.Stage;
import dev.musher.crdt.pipeline.Subject;
import dev.musher.crdt.pipeline.Transitions;
import dev.musher.crdt.type.NoteList;
import dev.musher.node.replica.Input;
import dev.musher.node.replica.Published;
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

    /** Versions remembered, to be told as what a caller saw. */
    private static final int SEEN_MAX = 64;

    private final RandomGenerator random;
    private final SortedMap<ItemKey, String> seen = new TreeMap<>();

    Workload(RandomGenerator random) {
        this.random = random;
    }

    /** The next submission for a node that shows {@code published}. */
    Input.Submit next(SimNode node, Published published) {
        List<Item> items = items(published);
        Actor actor = actor();
        List<Command> commands = new ArrayList<>();
        int count = random.nextInt(12) == 0 ? 2 + random.nextInt(5) : 1;
        for (int i = 0; i < count; i++) {
            boolean create = items.isEmpty() || random.nextInt(Math.max(4, items.size() / 3)) == 0;
            commands.add(create ? create(items) : on(pick(items), items, actor));
        }
        String key = random.nextInt(10) == 0 ? "key-" + random.nextInt(1_000_000) : null;
        return new Input.Submit(node.nextTicket(), actor, commands, key);
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
        return random.nextInt(4) == 0
                ? new Actor.Agent("agent-" + random.nextInt(3), null)
                : new Actor.User("user-" + random.nextInt(3));
    }

    private Command create(List<Item> items) {
        SortedMap<Field, Value> fields = new TreeMap<>();
        fields.put(Field.NAME, text());
        fields.put(Field.TYPE, new Value.Text(random.nextInt(3) == 0 ? "bug" : "story"));
        SortedMap<SetName, List<String>> sets = new TreeMap<>();
        if (random.nextBoolean()) {
            sets.put(SetName.TODOS, List.of(word(), "check " + word()));
        }
        if (!items.isEmpty() && random.nextInt(4) == 0) {
            sets.put(SetName.DEPENDS_ON, List.of(pick(items).key().text()));
        }
        return new Command.Create(new Origin(Origin.Kind.TEST, "workload", 1), fields, sets);
    }

    private Command.OnItem on(Item item, List<Item> items, Actor actor) {
        String ref = item.key().text();
        if (item.deleted()) {
            return random.nextInt(8) == 0 ? act(item, actor) : new Command.Restore(ref);
        }
        if (!item.conflicts().isEmpty() && random.nextInt(3) == 0) {
            return settle(item);
        }
        return switch (random.nextInt(12)) {
            case 0, 1 -> new Command.Edit(ref, fields(), new TreeMap<>(), saw(item));
            case 2, 3, 4, 5 -> act(item, actor);
            case 6 -> note(item);
            case 7 -> random.nextInt(3) == 0 ? new Command.Delete(ref, saw(item)) : check(item);
            case 8, 9 -> element(item, items);
            case 10 ->
                    new Command.Count(
                            ref,
                            CounterName.values()[random.nextInt(CounterName.values().length)],
                            random.nextInt(1_000));
            default ->
                    new Command.Together(
                            ref,
                            List.of(
                                    act(item, actor),
                                    new Command.Edit(ref, fields(), new TreeMap<>(), null)));
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
                new TreeMap<>(),
                saw(item));
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
        Conflict conflict = item.conflicts().getFirst();
        String field = conflict.subject().word();
        if (conflict.subject() instanceof Subject.OfNote) {
            return note(item);
        }
        String choice =
                random.nextBoolean() ? "shown" : conflict.others().getFirst().ref().change().hex();
        return new Command.Settle(item.key().text(), field, choice);
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

    private SortedMap<Field, Value> fields() {
        SortedMap<Field, Value> out = new TreeMap<>();
        switch (random.nextInt(4)) {
            case 0 -> out.put(Field.NAME, text());
            case 1 ->
                    out.put(
                            Field.BODY,
                            new Value.Text((word() + " ").repeat(1 + random.nextInt(50))));
            case 2 -> out.put(Field.PRIORITY, new Value.Int(random.nextInt(10)));
            default -> out.put(Field.ASSIGNEE, text());
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

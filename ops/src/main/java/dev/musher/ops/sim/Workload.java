package dev.musher.ops.sim;

import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.CounterName;
import dev.musher.crdt.change.Event;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.Origin;
import dev.musher.crdt.change.SetName;
import dev.musher.crdt.change.Value;
import dev.musher.crdt.pipeline.Item;
import dev.musher.node.replica.Input;
import dev.musher.node.replica.Published;
import dev.musher.protocol.json.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * What users and agents of a mesh do: they make items, and all work on the same few of them, so
 * that concurrent edits are the rule. Commands go to a random node that is up, by what that node
 * shows.
 */
final class Workload {

    private static final String[] WORDS = {"sled", "dog", "trail", "camp", "snow", "line"};
    private static final Event[] EVENTS = Event.values();

    private final RandomGenerator random;
    private long counted;

    Workload(RandomGenerator random) {
        this.random = random;
    }

    /** Tokens counted by commands that were given, not all of which were taken. */
    long counted() {
        return counted;
    }

    /** The next command for a node that shows {@code published}. */
    Input.Submit next(SimNode node, Published published) {
        List<Item> items = new ArrayList<>();
        published.items().forEach((key, item) -> items.add(item));
        boolean create = items.isEmpty() || random.nextInt(Math.max(4, items.size() / 3)) == 0;
        Command command = create ? create() : on(items.get(random.nextInt(items.size())), items);
        Actor actor =
                random.nextInt(4) == 0
                        ? new Actor.Agent("agent-" + random.nextInt(3), null)
                        : new Actor.User("user-" + random.nextInt(3));
        String key = random.nextInt(10) == 0 ? "key-" + random.nextInt(1_000_000) : null;
        return new Input.Submit(node.nextTicket(), actor, List.of(command), key);
    }

    private Command create() {
        SortedMap<Field, Value> fields = new TreeMap<>();
        fields.put(Field.NAME, text());
        fields.put(Field.TYPE, new Value.Text(random.nextInt(3) == 0 ? "bug" : "story"));
        SortedMap<SetName, List<String>> sets = new TreeMap<>();
        if (random.nextBoolean()) {
            sets.put(SetName.TODOS, List.of(word(), "check " + word()));
        }
        return new Command.Create(new Origin(Origin.Kind.TEST, "workload", 1), fields, sets);
    }

    private Command on(Item item, List<Item> items) {
        String ref = item.key().text();
        return switch (random.nextInt(12)) {
            case 0, 1, 2 -> new Command.Edit(ref, fields(), new TreeMap<>(), null);
            case 3, 4, 5, 6 ->
                    new Command.Act(
                            ref,
                            event(),
                            random.nextBoolean() ? "" : word(),
                            new TreeMap<>(),
                            null);
            case 7 -> new Command.Note(ref, "note " + word());
            case 8 ->
                    random.nextInt(4) == 0
                            ? new Command.Delete(ref, null)
                            : new Command.Restore(ref);
            case 9 -> {
                SetName set = random.nextBoolean() ? SetName.LABELS : SetName.DEPENDS_ON;
                String element =
                        set == SetName.LABELS
                                ? word()
                                : items.get(random.nextInt(items.size())).key().text();
                yield random.nextBoolean()
                        ? new Command.AddElement(ref, set, element)
                        : new Command.RemoveElement(ref, set, element);
            }
            case 10 -> {
                long amount = random.nextInt(1_000);
                counted += amount;
                CounterName counter =
                        random.nextInt(3) == 0 ? CounterName.RETRIES : CounterName.TOKENS;
                yield new Command.Count(ref, counter, amount);
            }
            default -> new Command.Settle(ref, random.nextBoolean() ? "name" : "stage", "shown");
        };
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

    private Event event() {
        Event event = EVENTS[random.nextInt(EVENTS.length)];
        return event == Event.CHOOSE ? Event.START : event;
    }

    private Value text() {
        return new Value.Text(word() + " " + word() + " " + random.nextInt(1_000));
    }

    private String word() {
        return WORDS[random.nextInt(WORDS.length)];
    }
}

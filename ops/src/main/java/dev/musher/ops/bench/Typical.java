package dev.musher.ops.bench;

import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.Origin;
import dev.musher.crdt.change.Value;
import dev.musher.protocol.json.Command;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** The commands of which the histories of all benchmarks are made. */
final class Typical {

    /** Who gives them. */
    static final Actor ACTOR = new Actor.User("bench");

    private Typical() {}

    /** Makes an item; one in five is a bug, the others are stories. */
    static Command create(int number) {
        SortedMap<Field, Value> fields = new TreeMap<>();
        fields.put(Field.NAME, new Value.Text("Item " + number + " of the benchmark"));
        fields.put(Field.TYPE, new Value.Text(number % 5 == 0 ? "bug" : "story"));
        return new Command.Create(
                new Origin(Origin.Kind.TEST, "bench", 1), fields, new TreeMap<>());
    }

    /** Writes {@code ops} short fields of an item, 1..4. */
    static Command edit(String ref, int ops, SplittableRandom random) {
        SortedMap<Field, Value> fields = new TreeMap<>();
        fields.put(Field.NAME, new Value.Text("Item renamed to " + random.nextInt(1_000_000)));
        if (ops > 1) {
            fields.put(Field.PRIORITY, new Value.Int(random.nextInt(5)));
        }
        if (ops > 2) {
            fields.put(Field.ASSIGNEE, new Value.Text("dev-" + random.nextInt(50)));
        }
        if (ops > 3) {
            fields.put(Field.AGENT, new Value.Text("agent-" + random.nextInt(50)));
        }
        return new Command.Edit(ref, fields, new TreeMap<>(), null);
    }
}

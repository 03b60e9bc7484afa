package dev.musher.ops.sim;

import dev.musher.crdt.History;
import dev.musher.crdt.Project;
import dev.musher.crdt.access.Verdict;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.CounterName;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Place;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.change.SetName;
import dev.musher.crdt.change.Value;
import dev.musher.crdt.pipeline.Item;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A8: what merging must keep, worked out from the ops alone in the plainest way, so that it shares
 * no code with the fold: a register shows every write that no write names, the newest first; a set
 * holds every add that no remove names; a counter is the sum of its increments. Items in whose logs
 * something is void are left out.
 */
final class MergeLaws {

    private record Write(Ref ref, long lamport) {
        private static final Comparator<Write> NEWEST_FIRST =
                Comparator.comparingLong(Write::lamport).thenComparing(Write::ref).reversed();
    }

    /** Writes and adds, by item and by what they are of. */
    private final SortedMap<ItemKey, SortedMap<String, List<Write>>> writes = new TreeMap<>();

    /** The writes that delete. */
    private final SortedSet<Ref> deletions = new TreeSet<>();

    private final SortedMap<ItemKey, SortedMap<CounterName, Long>> sums = new TreeMap<>();

    /** What later ops name, by the same: a creation writes many things under one name. */
    private final SortedMap<ItemKey, SortedMap<String, SortedSet<Ref>>> named = new TreeMap<>();

    /** Compares a fold with its changes. */
    static void check(Project fold, History history, Collection<Change> changes) {
        MergeLaws laws = new MergeLaws();
        for (Change change : changes) {
            Place place = history.find(change.id());
            if (place == null) {
                throw new Violation("A8", "not in the fold: " + change);
            }
            laws.take(change, fold.verdicts(place));
        }
        for (ItemKey key : laws.writes.keySet()) {
            if (fold.item(key) == null) {
                throw new Violation("A8", "item " + key + " was made and is not there");
            }
        }
        for (Item item : fold.items()) {
            if (!item.hasVoid()) {
                laws.check(item);
            }
        }
    }

    private void take(Change change, List<Verdict> verdicts) {
        for (int i = 0; i < change.ops().size(); i++) {
            if (verdicts.get(i) != Verdict.COUNTS) {
                continue;
            }
            Write write = new Write(new Ref(change.id(), i), change.lamport());
            if (change.op(i) instanceof Op.NewItem op) {
                ItemKey key = ItemKey.of(change.id(), i);
                op.fields().keySet().forEach(field -> add(key, field.word(), write));
                op.sets()
                        .forEach((set, elements) ->
                                elements.forEach(e -> add(key, of(set, e), write)));
            } else if (change.op(i) instanceof Op.OnItem op) {
                take(op, write);
            }
        }
    }

    private void take(Op.OnItem op, Write write) {
        if (op instanceof Op.SetField o) {
            add(o.item(), o.field().word(), write);
            name(o.item(), o.field().word(), o.replaces());
            if (o.field() == Field.DELETED && o.value().equals(new Value.Flag(true))) {
                deletions.add(write.ref());
            }
        } else if (op instanceof Op.AddElement o) {
            add(o.item(), of(o.set(), o.element()), write);
        } else if (op instanceof Op.RemoveElement o) {
            name(o.item(), of(o.set(), o.element()), o.adds());
        } else if (op instanceof Op.CheckTodo o) {
            add(o.item(), "todo:" + o.todo(), write);
            name(o.item(), "todo:" + o.todo(), o.replaces());
        } else if (op instanceof Op.Count o) {
            sums.computeIfAbsent(o.item(), k -> new TreeMap<>())
                    .merge(o.counter(), o.amount(), Long::sum);
        }
    }

    private void add(ItemKey item, String what, Write write) {
        writes.computeIfAbsent(item, k -> new TreeMap<>())
                .computeIfAbsent(what, k -> new ArrayList<>())
                .add(write);
    }

    private static String of(SetName set, Object element) {
        return set.word() + ":" + element;
    }

    private void name(ItemKey item, String what, List<Ref> refs) {
        named.computeIfAbsent(item, k -> new TreeMap<>())
                .computeIfAbsent(what, k -> new TreeSet<>())
                .addAll(refs);
    }

    /** What was written and not named, the newest first. */
    private List<Ref> left(Item item, String what) {
        SortedSet<Ref> gone =
                named.getOrDefault(item.key(), new TreeMap<>()).getOrDefault(what, new TreeSet<>());
        return writes
                .getOrDefault(item.key(), new TreeMap<>())
                .getOrDefault(what, List.of())
                .stream()
                .filter(write -> !gone.contains(write.ref()))
                .sorted(Write.NEWEST_FIRST)
                .map(Write::ref)
                .toList();
    }

    private void check(Item item) {
        for (Field field : Field.values()) {
            equal(item, field.word(), item.fieldRefs(field), left(item, field.word()));
        }
        // Yes wins over a concurrent no.
        boolean deleted = left(item, Field.DELETED.word()).stream().anyMatch(deletions::contains);
        equal(item, "deletion", item.deleted(), deleted);
        for (String todo : item.todos()) {
            equal(item, "todo " + todo, item.check(todo).refs(), left(item, "todo:" + todo));
        }
        for (SetName set : SetName.values()) {
            sets(item, set);
        }
        SortedMap<CounterName, Long> sum = sums.getOrDefault(item.key(), new TreeMap<>());
        equal(item, "tokens", item.tokens(), sum.getOrDefault(CounterName.TOKENS, 0L));
        equal(
                item,
                "micro-dollars",
                item.microDollars(),
                sum.getOrDefault(CounterName.MICRO_DOLLARS, 0L));
    }

    private void sets(Item item, SetName set) {
        SortedMap<String, List<Ref>> expected = new TreeMap<>();
        for (String what : writes.getOrDefault(item.key(), new TreeMap<>()).keySet()) {
            List<Ref> live = left(item, what);
            if (what.startsWith(set.word() + ":") && !live.isEmpty()) {
                expected.put(what, live.stream().distinct().sorted().toList());
            }
        }
        SortedMap<String, List<Ref>> shown = new TreeMap<>();
        item.set(set)
                .entries()
                .forEach(e -> shown.put(of(set, e.element()), e.refs().stream().sorted().toList()));
        equal(item, set.word(), shown, expected);
    }

    private static void equal(Item item, String what, Object shown, Object expected) {
        if (!shown.equals(expected)) {
            throw new Violation(
                    "A8",
                    what + " of " + item.key() + " is " + shown + ", its ops make " + expected);
        }
    }
}

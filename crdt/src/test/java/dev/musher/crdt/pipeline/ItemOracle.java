package dev.musher.crdt.pipeline;

import dev.musher.crdt.change.CounterName;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.change.SetName;
import dev.musher.crdt.change.Value;
import dev.musher.crdt.type.AddWinsSet;
import dev.musher.crdt.type.Head;
import dev.musher.crdt.type.NoteList;
import dev.musher.crdt.type.Register;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A log read as the model reads it: every register by itself, everything from scratch, in the most
 * naive way. Says what it finds as text, and says the same of an {@link Item}.
 */
final class ItemOracle {

    private ItemOracle() {}

    static String of(Collection<Logged> log) {
        List<Logged> counted = new ArrayList<>(log.stream().filter(Logged::counts).toList());
        counted.sort(Comparator.comparingLong(Logged::lamport).thenComparing(Logged::ref));
        if (counted.stream().allMatch(l -> l.op() instanceof Op.Claim)) {
            return "none";
        }
        Map<String, Object> out = new TreeMap<>();
        for (Logged l : log) {
            if (l.op() instanceof Op.NewItem n) {
                out.put("number", n.number());
            }
        }
        Predicate<Op> moving = op -> op instanceof Op.Move || op instanceof Op.NewItem;
        List<Logged> moves = heads(log, counted, moving);
        out.put("moves", new TreeSet<>(moves.stream().map(Logged::ref).toList()));
        Written stage =
                moves.stream()
                        .map(Logged::written)
                        .max(Comparator.comparing(Written::key))
                        .orElse(null);
        out.put("stage", stage == null ? "none" : stage.stage().toString());
        for (Field field : RandomLog.FIELDS) {
            fields(log, counted, field, out);
        }
        notes(log, counted, out);
        sets(counted, out);
        checks(log, counted, out);
        counters(counted, stage, out);
        Comparator<Logged> best =
                Comparator.<Logged, Boolean>comparing(l -> l.op() instanceof Op.Granted)
                        .thenComparingLong(ItemOracle::generation)
                        .thenComparingLong(Logged::lamport)
                        .thenComparing(Logged::ref);
        counted.stream()
                .filter(l -> l.op() instanceof Op.Granted || l.op() instanceof Op.Tentative)
                .filter(l -> !l.ended())
                .max(best)
                .ifPresent(l -> out.put("claim", l.ref()));
        return out.toString();
    }

    static String of(@Nullable Item item) {
        if (item == null) {
            return "none";
        }
        Map<String, Object> out = new TreeMap<>();
        if (item.birth() != null) {
            out.put("number", item.number());
        }
        out.put("moves", new TreeSet<>(item.moveRefs()));
        Stage stage = item.stage();
        out.put("stage", stage == null ? "none" : stage.toString());
        for (Field field : RandomLog.FIELDS) {
            if (!item.fieldRefs(field).isEmpty()) {
                out.put("heads of " + field, item.fieldRefs(field));
            }
            if (field != Field.BODY && !item.register(field).heads().isEmpty()) {
                List<Value> values = values(item.register(field));
                if (field == Field.DELETED && item.deleted()) {
                    values = trueFirst(values);
                }
                out.put("values of " + field, values);
            }
        }
        List<Ref> notes = item.notes().notes().stream().map(NoteList.Note::ref).toList();
        out.put("notes", new TreeSet<>(notes));
        for (NoteList.Note n : item.notes().notes()) {
            if (!n.edits().heads().isEmpty()) {
                out.put("edits of " + n.ref(), n.edits().refs());
            }
        }
        for (SetName set : SetName.values()) {
            for (AddWinsSet.Entry<Value> e : item.set(set).entries()) {
                out.put("tags of " + set + e.element(), new TreeSet<>(e.refs()));
            }
        }
        for (String todo : List.of("x", "y")) {
            if (!item.check(todo).heads().isEmpty()) {
                out.put("check of " + todo, item.check(todo).refs());
            }
        }
        out.put("tokens", item.tokens());
        out.put("dollars", item.microDollars());
        out.put("retries", item.retries());
        Claim claim = item.claim();
        if (claim != null) {
            out.put("claim", claim.ref());
        }
        return out.toString();
    }

    private static List<Value> values(Register<Value> register) {
        return new ArrayList<>(register.distinct().stream().map(Head::value).toList());
    }

    private static List<Value> trueFirst(List<Value> values) {
        List<Value> out = new ArrayList<>(values);
        out.remove(new Value.Flag(true));
        out.addFirst(new Value.Flag(true));
        return out;
    }

    private static void fields(
            Collection<Logged> log, List<Logged> counted, Field field, Map<String, Object> out) {
        Predicate<Op> writes =
                op ->
                        op instanceof Op.SetField s && s.field() == field
                                || op instanceof Op.NewItem n && n.fields().containsKey(field);
        List<Logged> heads = heads(log, counted, writes).reversed();
        if (heads.isEmpty()) {
            return;
        }
        out.put("heads of " + field, heads.stream().map(Logged::ref).toList());
        List<Value> values =
                heads.stream()
                        .map(l ->
                                l.op() instanceof Op.SetField s
                                        ? s.value()
                                        : ((Op.NewItem) l.op()).fields().get(field))
                        .distinct()
                        .toList();
        if (field == Field.DELETED && values.contains(new Value.Flag(true))) {
            values = trueFirst(values);
        }
        if (field != Field.BODY) {
            out.put("values of " + field, values);
        }
    }

    private static void notes(
            Collection<Logged> log, List<Logged> counted, Map<String, Object> out) {
        Set<Ref> notes = new TreeSet<>();
        for (Logged l : counted) {
            if (l.op() instanceof Op.AddNote) {
                notes.add(l.ref());
                List<Logged> edits =
                        heads(
                                log,
                                counted,
                                op -> op instanceof Op.EditNote e && e.note().equals(l.ref()));
                if (!edits.isEmpty()) {
                    List<Ref> refs = edits.reversed().stream().map(Logged::ref).toList();
                    out.put("edits of " + l.ref(), refs);
                }
            }
        }
        out.put("notes", notes);
    }

    private static void sets(List<Logged> counted, Map<String, Object> out) {
        for (Logged add : counted) {
            for (SetName set : SetName.values()) {
                for (Value element : added(add.op(), set)) {
                    boolean removed =
                            counted.stream()
                                    .anyMatch(l ->
                                            l.op() instanceof Op.RemoveElement r
                                                    && r.set() == set
                                                    && r.element().equals(element)
                                                    && r.adds().contains(add.ref()));
                    if (!removed) {
                        @SuppressWarnings("unchecked")
                        Set<Ref> tags =
                                (Set<Ref>)
                                        out.computeIfAbsent(
                                                "tags of " + set + element, k -> new TreeSet<>());
                        tags.add(add.ref());
                    }
                }
            }
        }
    }

    private static List<Value> added(Op op, SetName set) {
        return switch (op) {
            case Op.AddElement a when a.set() == set -> List.of(a.element());
            case Op.NewItem n -> n.sets().getOrDefault(set, List.of());
            default -> List.of();
        };
    }

    private static void checks(
            Collection<Logged> log, List<Logged> counted, Map<String, Object> out) {
        for (String todo : List.of("x", "y")) {
            List<Logged> heads =
                    heads(
                            log,
                            counted,
                            op -> op instanceof Op.CheckTodo c && c.todo().equals(todo));
            if (!heads.isEmpty()) {
                out.put("check of " + todo, heads.reversed().stream().map(Logged::ref).toList());
            }
        }
    }

    private static void counters(
            List<Logged> counted, @Nullable Written stage, Map<String, Object> out) {
        long tokens = 0;
        long dollars = 0;
        long retries = 0;
        for (Logged l : counted) {
            if (l.op() instanceof Op.Count c) {
                tokens += c.counter() == CounterName.TOKENS ? c.amount() : 0;
                dollars += c.counter() == CounterName.MICRO_DOLLARS ? c.amount() : 0;
                retries += stage != null && stage.ref().equals(c.of()) ? c.amount() : 0;
            }
        }
        out.put("tokens", tokens);
        out.put("dollars", dollars);
        out.put("retries", retries);
    }

    private static long generation(Logged l) {
        return l.op() instanceof Op.Granted g
                ? g.generation()
                : ((Op.Tentative) l.op()).generation();
    }

    /** Counted writes of one register that no counted write replaces, through void ones too. */
    private static List<Logged> heads(
            Collection<Logged> log, List<Logged> counted, Predicate<Op> register) {
        Set<Ref> gone = new HashSet<>();
        for (Logged l : counted) {
            if (register.test(l.op())) {
                gone(log, l, register, gone);
            }
        }
        return counted.stream()
                .filter(l -> register.test(l.op()) && !gone.contains(l.ref()))
                .toList();
    }

    private static void gone(
            Collection<Logged> log, Logged from, Predicate<Op> register, Set<Ref> gone) {
        for (Logged l : log) {
            if (named(from.op()).contains(l.ref()) && register.test(l.op()) && gone.add(l.ref())) {
                gone(log, l, register, gone);
            }
        }
    }

    private static List<Ref> named(Op op) {
        return switch (op) {
            case Op.Move m -> m.bases();
            case Op.SetField s -> s.replaces();
            case Op.CheckTodo c -> c.replaces();
            case Op.EditNote e -> e.replaces();
            default -> List.of();
        };
    }
}

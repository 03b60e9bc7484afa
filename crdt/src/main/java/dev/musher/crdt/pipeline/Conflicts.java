package dev.musher.crdt.pipeline;

import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.Value;
import dev.musher.crdt.type.Head;
import dev.musher.crdt.type.NoteList;
import dev.musher.crdt.type.Register;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Finds what concurrent writers of an item disagree about. */
final class Conflicts {

    private Conflicts() {}

    static List<Conflict> of(Item item) {
        List<Conflict> out = new ArrayList<>();
        stage(item).ifPresent(out::add);
        for (Field field : Field.values()) {
            of(item, field).ifPresent(out::add);
        }
        item.checks()
                .forEach((todo, check) ->
                        of(new Subject.OfTodo(todo), check, Conflict.OfCheck::new)
                                .ifPresent(out::add));
        for (NoteList.Note note : item.notes().notes()) {
            of(new Subject.OfNote(note.ref()), note.edits(), Conflict.OfText::new)
                    .ifPresent(out::add);
        }
        return out;
    }

    static Optional<Conflict> of(Item item, Field field) {
        Subject subject = new Subject.OfField(field);
        return field == Field.BODY
                ? of(subject, item.body(), Conflict.OfText::new)
                : of(subject, item.register(field), Conflict.OfValue::new)
                        .map(c -> field == Field.DELETED ? trueFirst(c) : c);
    }

    private static <V> Optional<Conflict> of(
            Subject subject, Register<V> register, Function<V, Conflict.Content> content) {
        List<Conflict.Alternative> all = new ArrayList<>();
        for (Head<V> h : register.distinct()) {
            all.add(new Conflict.Alternative(content.apply(h.value()), h.ref(), h.lamport()));
        }
        return all.size() < 2
                ? Optional.empty()
                : Optional.of(
                        new Conflict(
                                subject,
                                all.getFirst(),
                                all.subList(1, all.size()),
                                register.refs()));
    }

    private static Optional<Conflict> stage(Item item) {
        List<Conflict.Alternative> all = new ArrayList<>();
        // Anyone who writes may leave any number of heads.
        Set<Stage> seen = new HashSet<>();
        for (Written w : item.moves()) {
            if (seen.add(w.stage().canonical())) {
                all.add(
                        new Conflict.Alternative(
                                new Conflict.OfStage(w.stage()), w.ref(), w.key().lamport()));
            }
        }
        return all.size() < 2
                ? Optional.empty()
                : Optional.of(
                        new Conflict(
                                new Subject.OfStage(),
                                all.getFirst(),
                                all.subList(1, all.size()),
                                item.moveRefs()));
    }

    /** Of deletions true wins, however old: it is shown, the others stand beside it. */
    private static Conflict trueFirst(Conflict c) {
        Conflict.Content deleted = new Conflict.OfValue(new Value.Flag(true));
        List<Conflict.Alternative> rest = new ArrayList<>();
        Conflict.@Nullable Alternative first = null;
        for (Conflict.Alternative a : c.choices()) {
            if (a.content().equals(deleted)) {
                first = a;
            } else {
                rest.add(a);
            }
        }
        return first == null ? c : new Conflict(c.subject(), first, rest, c.heads());
    }
}

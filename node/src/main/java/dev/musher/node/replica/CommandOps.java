package dev.musher.node.replica;

import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.CounterName;
import dev.musher.crdt.change.Event;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Limits;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Origin;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.change.SetName;
import dev.musher.crdt.change.Value;
import dev.musher.crdt.pipeline.Birth;
import dev.musher.crdt.pipeline.Conflict;
import dev.musher.crdt.pipeline.Item;
import dev.musher.crdt.pipeline.Stage;
import dev.musher.crdt.pipeline.Subject;
import dev.musher.crdt.pipeline.Transitions;
import dev.musher.crdt.pipeline.Written;
import dev.musher.crdt.type.AddWinsSet;
import dev.musher.crdt.type.NoteList;
import dev.musher.protocol.json.Code;
import dev.musher.protocol.json.Command;
import dev.musher.protocol.json.Outcome;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What ops a command stands for in one state. Each setter makes exactly one op; what a write
 * replaces is what its caller saw. Pure: a command and a state in, ops or a refusal out.
 *
 * @param lookup the present items
 * @param seen former states of items
 * @param texts the op that a ref names, for a text that is not held in memory
 * @param access commands about who takes part
 * @param wallMs the moment of the write, ms since 1970 UTC
 */
record CommandOps(
        Lookup lookup, SeenMemory seen, Function<Ref, Op> texts, AccessOps access, long wallMs) {

    /** Ops of a command, or why there are none. */
    sealed interface Plan {}

    /**
     * The ops.
     *
     * @param item the item they are on; null where there is none, or it is being created
     */
    record Ops(@Nullable Item item, List<Op> ops) implements Plan {}

    /** The refusal. */
    record Not(Outcome.Refused refusal) implements Plan {}

    /** Heads of a register from which on a local write replaces all, seen or not. */
    private static final int HEADS_MANY = 16;

    /** Digits of a change's id that a choice needs at least. */
    private static final int CHOICE_DIGITS = 8;

    /** Ends the planning of a command from within; never leaves this class. */
    private static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient Outcome.Refused refused;

        Refusal(Outcome.Refused refused) {
            super(refused.text(), null, false, false);
            this.refused = refused;
        }
    }

    /** The ops of {@code command}, by {@code actor}, a creation taking {@code number}. */
    Plan plan(Command command, Actor actor, long number) {
        try {
            return ops(command, actor, number);
        } catch (Refusal refusal) {
            return new Not(refusal.refused);
        }
    }

    private Plan ops(Command command, Actor actor, long number) {
        return switch (command) {
            case Command.Create create -> create(create, number);
            case Command.Restore restore -> restore(restore);
            case Command.OnItem on ->
                    switch (lookup.resolve(on.ref())) {
                        case Resolved.Not not -> new Not(not.refusal());
                        case Resolved.Found found -> onItem(on, found.item(), actor);
                    };
            case Command.OnMembers members -> access.plan(members, actor);
        };
    }

    private Plan onItem(Command.OnItem command, Item item, Actor actor) {
        return switch (command) {
            case Command.Edit edit -> edit(edit, item);
            case Command.Act act -> act(act, item, actor);
            case Command.Together together -> together(together, item, actor);
            case Command.Note note -> one(item, new Op.AddNote(item.key(), note.text()));
            case Command.EditNote note -> editNote(note, item);
            case Command.Delete delete ->
                    withSeen(item, delete.seen(), saw -> one(item, deleted(item, saw, true)));
            case Command.Restore restore -> restore(restore);
            case Command.Settle settle -> settle(settle, item, actor);
            case Command.AddElement add ->
                    elements(
                            item,
                            add.set(),
                            new Command.SetEdit(null, List.of(add.element()), List.of()));
            case Command.RemoveElement remove ->
                    elements(
                            item,
                            remove.set(),
                            new Command.SetEdit(null, List.of(), List.of(remove.element())));
            case Command.Check check -> check(check, item);
            case Command.Count count -> count(count, item);
        };
    }

    /** No part looks at what another one writes, so the order of the parts means nothing. */
    private Plan together(Command.Together together, Item item, Actor actor) {
        List<Op> ops = new ArrayList<>();
        for (Command.OnItem part : together.parts()) {
            switch (onItem(part, item, actor)) {
                case Not not -> {
                    return not;
                }
                case Ops more -> ops.addAll(more.ops());
            }
        }
        return new Ops(item, ops);
    }

    private Plan create(Command.Create create, long number) {
        if (create.origin().id().isBlank()) {
            return new Not(
                    Outcome.Refused.of(
                            Code.INVALID,
                            "an item says where it comes from: `origin` needs an `id`"));
        }
        SortedMap<Field, Value> fields = new TreeMap<>();
        for (Map.Entry<Field, Value> each : create.fields().entrySet()) {
            fields.put(each.getKey(), value(each.getKey(), each.getValue()));
        }
        SortedMap<SetName, List<Value>> sets = new TreeMap<>();
        for (Map.Entry<SetName, List<String>> each : create.sets().entrySet()) {
            List<Value> elements = new ArrayList<>();
            for (String text : each.getValue()) {
                Value element = element(each.getKey(), text);
                if (!elements.contains(element)) {
                    elements.add(element);
                }
            }
            if (!elements.isEmpty()) {
                sets.put(each.getKey(), elements);
            }
        }
        Origin origin = create.originAt(wallMs);
        return new Ops(null, List.of(new Op.NewItem(number, origin, fields, sets)));
    }

    private Plan edit(Command.Edit edit, Item item) {
        return withSeen(
                item,
                edit.seen(),
                saw -> {
                    List<Op> ops = new ArrayList<>();
                    for (Map.Entry<Field, Value> each : edit.fields().entrySet()) {
                        ops.add(
                                new Op.SetField(
                                        item.key(),
                                        each.getKey(),
                                        value(each.getKey(), each.getValue()),
                                        replaced(item, saw, each.getKey())));
                    }
                    for (Map.Entry<SetName, Command.SetEdit> each : edit.sets().entrySet()) {
                        switch (elements(item, each.getKey(), each.getValue())) {
                            case Not not -> {
                                return not;
                            }
                            case Ops more -> ops.addAll(more.ops());
                        }
                    }
                    return new Ops(item, ops);
                });
    }

    private Plan act(Command.Act act, Item item, Actor actor) {
        return withSeen(
                item,
                act.seen(),
                saw -> {
                    List<Written> from =
                            item.moves().size() > HEADS_MANY ? item.moves() : saw.moves();
                    if (from.isEmpty()) {
                        return refused(
                                Code.CONFLICT, item, "has no stage: none of its moves counts");
                    }
                    Op.Move move =
                            new Op.Move(
                                    item.key(),
                                    act.event(),
                                    cut(from.stream().map(Written::ref).toList()),
                                    act.reason(),
                                    act.details());
                    Outcome.Refused illegal = illegal(item, from.getFirst().stage(), move, actor);
                    return illegal == null ? one(item, move) : new Not(illegal);
                });
    }

    private Outcome.@Nullable Refused illegal(Item item, Stage stage, Op.Move move, Actor actor) {
        String word = stage.name().word();
        if (Transitions.personsWord(move.event()) && !(actor instanceof Actor.User)) {
            return Outcome.Refused.of(
                            Code.NOT_ALLOWED,
                            "`"
                                    + move.event().word()
                                    + "` is a person's word: "
                                    + actor.name()
                                    + " acts as no person")
                    .with("event", move.event().word());
        }
        if (Transitions.step(stage, move, 0) != null) {
            return null;
        }
        List<Event> allowed = Transitions.allowed(stage);
        String names = allowed.stream().map(Event::word).collect(Collectors.joining(", "));
        String why =
                allowed.contains(move.event())
                        ? "its details are not what the event needs"
                        : "allowed are: " + (names.isEmpty() ? "none" : names);
        return Outcome.Refused.of(
                        Code.ILLEGAL_TRANSITION,
                        "item "
                                + lookup.display(item)
                                + " is in stage "
                                + word
                                + ", from which `"
                                + move.event().word()
                                + "` does not lead: "
                                + why)
                .with("stage", word)
                .with("event", move.event().word())
                .with("allowed", names);
    }

    private Plan editNote(Command.EditNote edit, Item item) {
        for (NoteList.Note note : item.notes().notes()) {
            if (note.ref().toString().equals(edit.note())) {
                return one(
                        item,
                        new Op.EditNote(
                                item.key(), note.ref(), edit.text(), cut(note.edits().refs())));
            }
        }
        return refused(Code.UNKNOWN_REFERENCE, item, "has no note `" + edit.note() + "`");
    }

    private Plan restore(Command.Restore restore) {
        return switch (lookup.resolve(restore.ref(), true)) {
            case Resolved.Not not -> new Not(not.refusal());
            case Resolved.Found found ->
                    found.item().deleted()
                            ? one(found.item(), deleted(found.item(), found.item(), false))
                            : refused(Code.CONFLICT, found.item(), "is not deleted");
        };
    }

    private Plan check(Command.Check check, Item item) {
        if (!item.todos().contains(check.todo())) {
            return refused(Code.UNKNOWN_REFERENCE, item, "has no todo `" + check.todo() + "`");
        }
        return withSeen(
                item,
                check.seen(),
                saw ->
                        one(
                                item,
                                new Op.CheckTodo(
                                        item.key(),
                                        check.todo(),
                                        check.checked(),
                                        cut(saw.check(check.todo()).refs()))));
    }

    private Plan count(Command.Count count, Item item) {
        Ref of = null;
        if (count.counter() == CounterName.RETRIES) {
            if (item.moves().isEmpty()) {
                return refused(Code.CONFLICT, item, "has no stage that retries could belong to");
            }
            of = item.moves().getFirst().ref();
        }
        return one(item, new Op.Count(item.key(), count.counter(), count.amount(), of));
    }

    private Plan settle(Command.Settle settle, Item item, Actor actor) {
        for (Conflict conflict : item.conflicts()) {
            if (conflict.subject().word().equals(settle.field())) {
                Conflict.Alternative chosen = chosen(conflict, settle.choice());
                return chosen == null
                        ? refused(
                                Code.UNKNOWN_REFERENCE,
                                item,
                                "has no such choice for `"
                                        + settle.field()
                                        + "`: say `shown`, or the change that wrote the value, "
                                        + choices(conflict))
                        : settled(item, conflict, chosen, actor);
            }
        }
        String open =
                item.conflicts().stream()
                        .map(conflict -> conflict.subject().word())
                        .collect(Collectors.joining(", "));
        return refused(
                Code.CONFLICT,
                item,
                "has no conflict about `"
                        + settle.field()
                        + "`; open ones: "
                        + (open.isEmpty() ? "none" : open));
    }

    private Plan settled(Item item, Conflict conflict, Conflict.Alternative chosen, Actor actor) {
        return switch (conflict.subject()) {
            case Subject.OfStage stage -> {
                if (!(actor instanceof Actor.User)) {
                    yield refused(Code.NOT_ALLOWED, item, "has a stage that a person settles");
                }
                yield one(
                        item,
                        new Op.Move(
                                item.key(),
                                Event.CHOOSE,
                                chosenFirst(chosen.ref(), conflict.heads()),
                                "",
                                Collections.emptySortedMap()));
            }
            case Subject.OfField of -> {
                Value value = content(chosen, of.field());
                if (value instanceof Value.Dropped) {
                    yield refused(
                            Code.CONFLICT,
                            item,
                            "had that text dropped by compaction: choose another, or write it"
                                    + " anew");
                }
                yield one(
                        item,
                        new Op.SetField(item.key(), of.field(), value, cut(conflict.heads())));
            }
            case Subject.OfTodo of ->
                    one(
                            item,
                            new Op.CheckTodo(
                                    item.key(),
                                    of.todo(),
                                    chosen.content() instanceof Conflict.OfCheck c && c.checked(),
                                    cut(conflict.heads())));
            case Subject.OfNote of ->
                    one(
                            item,
                            new Op.EditNote(
                                    item.key(),
                                    of.note(),
                                    noteText(chosen.ref()),
                                    cut(conflict.heads())));
        };
    }

    private Value content(Conflict.Alternative chosen, Field field) {
        return switch (chosen.content()) {
            case Conflict.OfValue of -> of.value();
            case Conflict.OfText of ->
                    switch (texts.apply(chosen.ref())) {
                        case Op.SetField set -> set.value();
                        case Op.NewItem made -> made.fields().getOrDefault(field, Value.NONE);
                        case Op other -> throw wrongText(other);
                    };
            case Conflict.OfCheck of -> new Value.Flag(of.checked());
            case Conflict.OfStage of -> throw new IllegalStateException("a stage is no value");
        };
    }

    private String noteText(Ref ref) {
        return switch (texts.apply(ref)) {
            case Op.AddNote note -> note.text();
            case Op.EditNote edit -> edit.text();
            case Op other -> throw wrongText(other);
        };
    }

    private static IllegalStateException wrongText(Op op) {
        return new IllegalStateException("holds no text: " + op.getClass().getSimpleName());
    }

    private static Conflict.@Nullable Alternative chosen(Conflict conflict, String choice) {
        if (choice.equals("shown")) {
            return conflict.shown();
        }
        if (choice.length() < CHOICE_DIGITS) {
            return null;
        }
        List<Conflict.Alternative> found =
                conflict.choices().stream()
                        .filter(each -> each.ref().change().hex().startsWith(choice))
                        .toList();
        return found.size() == 1 ? found.getFirst() : null;
    }

    private static String choices(Conflict conflict) {
        return conflict.choices().stream()
                .map(each -> each.ref().change().hex().substring(0, CHOICE_DIGITS))
                .collect(Collectors.joining(", "));
    }

    private static List<Ref> chosenFirst(Ref chosen, List<Ref> heads) {
        List<Ref> out = new ArrayList<>();
        out.add(chosen);
        heads.stream().filter(ref -> !ref.equals(chosen)).forEach(out::add);
        return cut(out);
    }

    private Plan elements(Item item, SetName set, Command.SetEdit edit) {
        AddWinsSet<Value> present = item.set(set);
        List<Value> add = new ArrayList<>();
        List<Value> remove = new ArrayList<>();
        List<String> wanted = edit.exact() == null ? edit.add() : edit.exact();
        for (String text : wanted) {
            Value element = element(set, text);
            if (element.equals(new Value.Item(item.key()))) {
                return refused(Code.INVALID, item, "cannot depend on itself");
            }
            add.add(element);
        }
        if (edit.exact() != null) {
            present.elements().stream().filter(old -> !add.contains(old)).forEach(remove::add);
            add.removeIf(element -> present.find(element) != null);
        }
        for (String text : edit.remove()) {
            remove.add(removable(set, text));
        }
        List<Op> ops = new ArrayList<>();
        for (Value element : add) {
            ops.add(new Op.AddElement(item.key(), set, element));
        }
        for (Value element : remove) {
            AddWinsSet.Entry<Value> entry = present.find(element);
            if (entry == null) {
                return refused(Code.CONFLICT, item, "does not have that in " + set.word());
            }
            ops.add(new Op.RemoveElement(item.key(), set, element, cut(entry.refs())));
        }
        return new Ops(item, ops);
    }

    /** A dependency may be on an item that is deleted by now: it can be taken out all the same. */
    private Value removable(SetName set, String text) {
        if (set != SetName.DEPENDS_ON) {
            return new Value.Text(text);
        }
        return switch (lookup.resolve(text, true)) {
            case Resolved.Found found -> new Value.Item(found.item().key());
            case Resolved.Not not -> throw new Refusal(not.refusal());
        };
    }

    private Value element(SetName set, String text) {
        if (set != SetName.DEPENDS_ON) {
            return new Value.Text(text);
        }
        return item(text);
    }

    /** The value with references resolved. */
    private Value value(Field field, Value value) {
        return field == Field.EPIC && value instanceof Value.Text text ? item(text.text()) : value;
    }

    private Value item(String reference) {
        return switch (lookup.resolve(reference)) {
            case Resolved.Found found -> new Value.Item(found.item().key());
            case Resolved.Not not -> throw new Refusal(not.refusal());
        };
    }

    private Op deleted(Item item, Item saw, boolean deleted) {
        return new Op.SetField(
                item.key(),
                Field.DELETED,
                new Value.Flag(deleted),
                replaced(item, saw, Field.DELETED));
    }

    private static List<Ref> replaced(Item item, Item saw, Field field) {
        List<Ref> present = item.fieldRefs(field);
        return cut(present.size() > HEADS_MANY ? present : saw.fieldRefs(field));
    }

    /** The format's bound; further heads stay and can be settled by the next write. */
    private static List<Ref> cut(List<Ref> refs) {
        return refs.size() <= Limits.REFS ? refs : refs.subList(0, Limits.REFS);
    }

    private Plan withSeen(Item item, @Nullable String version, Function<Item, Plan> plan) {
        Item saw = version == null ? item : seen.at(item, version);
        if (saw == null) {
            return new Not(
                    Outcome.Refused.of(
                                    Code.STALE,
                                    "item "
                                            + lookup.display(item)
                                            + " is at version "
                                            + item.version()
                                            + "; the one you saw is not known here any more: read"
                                            + " it again, then decide")
                            .with("version", item.version()));
        }
        return plan.apply(saw);
    }

    private Plan refused(Code code, Item item, String text) {
        return new Not(Outcome.Refused.of(code, "item " + lookup.display(item) + " " + text));
    }

    private static Plan one(Item item, Op op) {
        return new Ops(item, List.of(op));
    }

    /**
     * The change that made an item, even if it is void: what a command that found nothing to do
     * answers with.
     */
    static ChangeId madeBy(Item item) {
        Birth birth = item.birth();
        if (birth == null) {
            throw new IllegalStateException("an op was admitted on an item without creation");
        }
        return birth.ref().change();
    }

    /** Items that a plan's ops are on. */
    static @Nullable ItemKey key(Ops ops) {
        Item item = ops.item();
        return item == null ? null : item.key();
    }
}

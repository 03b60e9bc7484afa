package dev.musher.node.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.CounterName;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Event;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Origin;
import dev.musher.crdt.change.Role;
import dev.musher.crdt.change.SetName;
import dev.musher.crdt.change.Value;
import dev.musher.crdt.pipeline.Item;
import dev.musher.protocol.json.Code;
import dev.musher.protocol.json.Command;
import dev.musher.protocol.json.Outcome;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What each command does to one node's state. */
class CommandsTest {

    private final World world = new World();
    private World.Node a;

    @BeforeEach
    void found() {
        a = world.founder();
    }

    @Test
    @Tag("H-10")
    void aCreationWithoutOriginIsRefusedBeforeAnythingIsWritten() {
        long before = a.shown().lastSequence();
        Outcome outcome =
                a.does(
                                new Command.Create(
                                        new Origin(Origin.Kind.USER, "  ", 0),
                                        new TreeMap<>(
                                                Map.of(Field.NAME, new Value.Text("no origin"))),
                                        new TreeMap<>()))
                        .getFirst();
        assertEquals(Code.INVALID, refused(outcome));
        assertEquals(before, a.shown().lastSequence());
    }

    @Test
    void sixtyFourCommandsShareAChangeAndEachHasItsNumber() {
        List<Command> commands = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            commands.add(World.create("item " + i));
        }
        long before = a.shown().changes();
        List<Outcome> outcomes = a.does(commands.toArray(Command[]::new));
        for (int i = 0; i < 100; i++) {
            Outcome.Done done = assertInstanceOf(Outcome.Done.class, outcomes.get(i));
            assertEquals(i + 1, done.number());
            assertEquals("item " + i, item(done.display()).name());
        }
        assertEquals(2, a.shown().changes() - before);
    }

    @Test
    void oneRefusedCommandDoesNotTakeTheOthersWithIt() {
        List<Outcome> outcomes =
                a.does(World.create("good"), new Command.Note("99", "?"), World.create("too"));
        assertInstanceOf(Outcome.Done.class, outcomes.get(0));
        assertEquals(Code.UNKNOWN_REFERENCE, refused(outcomes.get(1)));
        assertInstanceOf(Outcome.Done.class, outcomes.get(2));
    }

    @Test
    void aTextThatNoNodeWouldReadIsRefusedAlone() {
        List<Outcome> outcomes =
                a.does(World.create("good"), World.create("bad \ud800 half"), World.create("too"));
        assertInstanceOf(Outcome.Done.class, outcomes.get(0));
        assertEquals(Code.INVALID, refused(outcomes.get(1)));
        assertInstanceOf(Outcome.Done.class, outcomes.get(2));
        assertEquals(2, a.shown().items().size());
    }

    @Test
    void severalCommandsOnOneItemBuildOnEachOther() {
        a.does(World.create("item"));
        List<Outcome> outcomes =
                a.does(act("1", Event.START), act("1", Event.QA), act("1", Event.MERGE));
        outcomes.forEach(outcome -> assertInstanceOf(Outcome.Done.class, outcome));
        assertEquals("merge", item("1").stage().name().word());
        assertEquals(1, item("1").moves().size());
    }

    /** Every field but the deletion, which has a command of its own. */
    private static Map<Field, Value> aValueOfEachField() {
        Map<Field, Value> out = new TreeMap<>();
        for (Field field : Field.values()) {
            switch (field) {
                case NAME, BODY, AGENT, ASSIGNEE, PLAN_STATE ->
                        out.put(field, new Value.Text("a new " + field.word()));
                case TYPE -> out.put(field, new Value.Text("bug"));
                case EPIC -> out.put(field, new Value.Text("2"));
                case PRIORITY -> out.put(field, new Value.Int(1));
                case ORDER -> out.put(field, new Value.Text("m"));
                case QA_MODE -> out.put(field, new Value.Text("human"));
                case DELETED -> {}
            }
        }
        return out;
    }

    @Test
    @Tag("H-02")
    @Tag("H-12")
    void eachSetterMakesOneOpAndWhatItWroteIsShown() {
        a.does(World.create("one"), World.create("epic"));
        aValueOfEachField()
                .forEach((field, value) -> {
                    Op.SetField op =
                            assertInstanceOf(
                                    Op.SetField.class,
                                    onlyOpOf(
                                            new Command.Edit(
                                                    "1",
                                                    new TreeMap<>(Map.of(field, value)),
                                                    new TreeMap<>(),
                                                    null)));
                    assertEquals(field, op.field());
                    if (field == Field.BODY) {
                        // Long texts stay where they were written: the item names the place.
                        assertEquals(value, op.value());
                        assertEquals(
                                lastChange().id(), item("1").fieldRefs(field).getFirst().change());
                        return;
                    }
                    assertEquals(op.value(), item("1").value(field));
                    if (field != Field.EPIC) {
                        assertEquals(value, op.value());
                    }
                });
        assertEquals(new Value.Item(item("2").key()), item("1").value(Field.EPIC));
        for (SetName set : SetName.values()) {
            String element = set == SetName.DEPENDS_ON ? "2" : "an element";
            assertInstanceOf(
                    Op.AddElement.class, onlyOpOf(new Command.AddElement("1", set, element)));
        }
        assertInstanceOf(
                Op.CheckTodo.class, onlyOpOf(new Command.Check("1", "an element", true, null)));
        for (SetName set : SetName.values()) {
            String element = set == SetName.DEPENDS_ON ? "2" : "an element";
            assertInstanceOf(
                    Op.RemoveElement.class, onlyOpOf(new Command.RemoveElement("1", set, element)));
        }
        for (CounterName counter : CounterName.values()) {
            assertInstanceOf(Op.Count.class, onlyOpOf(new Command.Count("1", counter, 3)));
        }
        assertEquals(3, item("1").tokens());
        assertEquals(3, item("1").microDollars());
        assertEquals(3, item("1").retries());
        assertInstanceOf(Op.AddNote.class, onlyOpOf(new Command.Note("1", "a note")));
        assertInstanceOf(Op.Move.class, onlyOpOf(act("1", Event.FREEZE)));
        assertInstanceOf(Op.SetField.class, onlyOpOf(new Command.Delete("1", null)));
        assertInstanceOf(Op.SetField.class, onlyOpOf(new Command.Restore("1")));
    }

    @Test
    @Tag("H-12")
    void aSetterOnAnUnknownItemIsRefusedAndWritesNothing() {
        a.does(World.create("one"));
        long before = a.shown().changes();
        List<Command> setters = new ArrayList<>();
        aValueOfEachField()
                .forEach((field, value) ->
                        setters.add(
                                new Command.Edit(
                                        "9",
                                        new TreeMap<>(Map.of(field, value)),
                                        new TreeMap<>(),
                                        null)));
        setters.add(new Command.AddElement("9", SetName.LABELS, "x"));
        setters.add(new Command.RemoveElement("9", SetName.LABELS, "x"));
        setters.add(new Command.Check("9", "x", true, null));
        setters.add(new Command.Count("9", CounterName.TOKENS, 1));
        setters.add(new Command.Note("9", "x"));
        setters.add(new Command.EditNote("9", "x", "y"));
        setters.add(new Command.Delete("9", null));
        setters.add(new Command.Restore("9"));
        setters.add(new Command.Settle("9", "name", "shown"));
        setters.add(act("9", Event.START));
        for (Command setter : setters) {
            assertEquals(
                    Code.UNKNOWN_REFERENCE, refused(a.does(setter).getFirst()), setter.toString());
        }
        assertEquals(before, a.shown().changes());
    }

    private Op onlyOpOf(Command command) {
        long before = a.shown().changes();
        assertInstanceOf(Outcome.Done.class, a.does(command).getFirst(), command.toString());
        assertEquals(before + 1, a.shown().changes(), command.toString());
        List<Op> ops = lastChange().ops();
        assertEquals(1, ops.size(), command.toString());
        return ops.getFirst();
    }

    private Change lastChange() {
        return Replica.exported(a.store, a.shown().changes() - 1, 1).getFirst().change();
    }

    @Test
    void setsAreEditedByElementAndAsAWhole() {
        a.does(World.create("one"), World.create("two"), World.create("three"));
        a.does(
                new Command.AddElement("1", SetName.LABELS, "red"),
                new Command.AddElement("1", SetName.LABELS, "blue"),
                new Command.AddElement("1", SetName.DEPENDS_ON, "2"));
        assertEquals(List.of("red", "blue"), item("1").labels());
        assertEquals(List.of(item("2").key()), item("1").dependsOn());
        a.does(new Command.RemoveElement("1", SetName.LABELS, "red"));
        assertEquals(List.of("blue"), item("1").labels());
        assertEquals(
                Code.CONFLICT,
                refused(a.does(new Command.RemoveElement("1", SetName.LABELS, "red")).getFirst()));
        a.does(
                new Command.Edit(
                        "1",
                        new TreeMap<>(),
                        new TreeMap<>(
                                Map.of(
                                        SetName.LABELS,
                                        new Command.SetEdit(
                                                List.of("green", "blue"), List.of(), List.of()))),
                        null));
        assertEquals(List.of("blue", "green"), item("1").labels());
        assertEquals(
                Code.INVALID,
                refused(a.does(new Command.AddElement("1", SetName.DEPENDS_ON, "1")).getFirst()));
    }

    @Test
    void aSetThatIsAsWantedWritesNothing() {
        a.does(World.create("one"));
        a.does(new Command.AddElement("1", SetName.LABELS, "red"));
        long before = a.shown().changes();
        Outcome.Done done =
                assertInstanceOf(
                        Outcome.Done.class,
                        a.does(
                                        new Command.Edit(
                                                "1",
                                                new TreeMap<>(),
                                                new TreeMap<>(
                                                        Map.of(
                                                                SetName.LABELS,
                                                                new Command.SetEdit(
                                                                        List.of("red"),
                                                                        List.of(),
                                                                        List.of()))),
                                                null))
                                .getFirst());
        assertEquals(before, a.shown().changes());
        assertEquals(item("1").version(), done.version());
    }

    @Test
    void notesTodosAndCounters() {
        a.does(World.create("one"));
        a.does(new Command.Note("1", "first"));
        String note = item("1").notes().notes().getFirst().ref().toString();
        a.does(new Command.EditNote("1", note, "second"));
        assertEquals(1, item("1").notes().notes().getFirst().edits().heads().size());
        assertEquals(
                Code.UNKNOWN_REFERENCE,
                refused(a.does(new Command.EditNote("1", "nonsense", "x")).getFirst()));
        a.does(new Command.AddElement("1", SetName.TODOS, "test it"));
        a.does(new Command.Check("1", "test it", true, null));
        assertTrue(item("1").checked("test it"));
        assertEquals(
                Code.UNKNOWN_REFERENCE,
                refused(a.does(new Command.Check("1", "other", true, null)).getFirst()));
        a.does(
                new Command.Count("1", CounterName.TOKENS, 5),
                new Command.Count("1", CounterName.TOKENS, 7));
        assertEquals(12, item("1").tokens());
        a.does(new Command.Count("1", CounterName.RETRIES, 1));
        assertEquals(1, item("1").retries());
        a.does(act("1", Event.START));
        assertEquals(0, item("1").retries());
    }

    @Test
    @Tag("M-03")
    void everyKindOfConflictIsSettledByOneCommand() {
        a.does(World.create("one"));
        a.does(new Command.AddElement("1", SetName.TODOS, "test it"));
        String seen = item("1").version();
        a.does(World.rename("1", "left", seen));
        a.does(World.rename("1", "right", seen));
        a.does(new Command.Act("1", Event.START, "", Collections.emptySortedMap(), seen));
        a.does(new Command.Act("1", Event.FREEZE, "", Collections.emptySortedMap(), seen));
        a.does(new Command.Check("1", "test it", true, seen));
        a.does(new Command.Check("1", "test it", false, seen));
        assertEquals(3, item("1").conflicts().size());
        assertEquals(
                Code.UNKNOWN_REFERENCE,
                refused(a.does(new Command.Settle("1", "name", "00000000")).getFirst()));
        String left =
                item("1")
                        .conflict(Field.NAME)
                        .orElseThrow()
                        .others()
                        .getFirst()
                        .ref()
                        .change()
                        .hex();
        a.does(new Command.Settle("1", "name", left.substring(0, 12)));
        assertEquals("left", item("1").name());
        String start =
                item("1").conflicts().stream()
                        .filter(c -> c.subject().word().equals("stage"))
                        .findFirst()
                        .orElseThrow()
                        .others()
                        .getFirst()
                        .ref()
                        .change()
                        .hex();
        a.does(new Command.Settle("1", "stage", start));
        assertEquals("coding", item("1").stage().name().word());
        a.does(new Command.Settle("1", "todo:test it", "shown"));
        assertEquals(List.of(), item("1").conflicts());
        assertEquals(
                Code.CONFLICT,
                refused(a.does(new Command.Settle("1", "name", "shown")).getFirst()));
    }

    @Test
    void aPersonsWordIsNotTakenFromAnAgent() {
        a.does(World.create("one"));
        a.give(
                new Input.Submit(
                        77, new Actor.Agent("coder", null), List.of(act("1", Event.DONE)), null));
        world.settle();
        assertEquals(Code.NOT_ALLOWED, refused(a.replies.get(77L).getFirst()));
    }

    @Test
    @Tag("T-F10")
    void whoTakesPartIsNoAgentsWord() {
        DeviceId other = World.recovery();
        List<MemberView> before = a.shown().members();
        ChangeId change = ((Outcome.Done) a.does(World.create("one")).getFirst()).change();
        for (Command each :
                List.of(
                        new Command.AddMember(other, Role.OWNER, "mine"),
                        new Command.SetRole(a.device(), Role.READER),
                        new Command.Adopt(List.of(change), List.of()))) {
            a.give(new Input.Submit(78, new Actor.Agent("coder", null), List.of(each), null));
            world.settle();
            assertEquals(Code.NOT_ALLOWED, refused(a.replies.get(78L).getFirst()), each.toString());
        }
        assertEquals(before, a.shown().members());
    }

    @Test
    @Tag("H-01")
    void sharedNumbersAreRefusedWithAllOfThemNamed() {
        World.Node b = world.joiner(a, "10.0.0.2:1", Role.MEMBER);
        List.copyOf(world.links.keySet()).forEach(world::cut);
        a.does(World.create("of a"));
        b.does(World.create("of b"));
        world.pass(3_000);
        assertEquals(a.shown().digest(), b.shown().digest());
        Outcome.Refused refused =
                assertInstanceOf(
                        Outcome.Refused.class, a.does(new Command.Note("1", "?")).getFirst());
        assertEquals(Code.AMBIGUOUS_REFERENCE, refused.code());
        assertEquals(2, refused.candidates().size());
        for (Outcome.Candidate each : refused.candidates()) {
            Resolved.Found found =
                    assertInstanceOf(Resolved.Found.class, b.queries.resolve(each.display()));
            assertEquals(each.key(), found.item().key());
        }
        assertEquals(2, ((Outcome.Done) a.does(World.create("next")).getFirst()).number());
    }

    @Test
    void membersAreAddedAndRaisedByOwnersOnly() {
        DeviceId device = World.recovery();
        byte[] key = device.bytes();
        key[1] = 1;
        DeviceId other = DeviceId.of(key);
        assertInstanceOf(
                Outcome.Done.class,
                a.does(new Command.AddMember(other, Role.READER, "reader")).getFirst());
        assertEquals(
                Code.CONFLICT,
                refused(a.does(new Command.AddMember(other, Role.MEMBER, "again")).getFirst()));
        a.does(new Command.SetRole(other, Role.MEMBER));
        assertEquals(
                Role.MEMBER,
                a.shown().members().stream()
                        .filter(m -> m.device().equals(other))
                        .findFirst()
                        .orElseThrow()
                        .role());
        World.Node b = world.joiner(a, "10.0.0.2:1", Role.MEMBER);
        assertEquals(
                Code.NOT_ALLOWED,
                refused(b.does(new Command.SetRole(other, Role.OWNER)).getFirst()));
    }

    @Test
    void manyHeadsAreJoinedBeforeTheNextChange() {
        List<World.Node> others = new ArrayList<>();
        for (int i = 0; i < 22; i++) {
            others.add(world.joiner(a, "10.0.1." + i + ":1", Role.MEMBER));
        }
        world.pass(3_000);
        List.copyOf(world.links.keySet()).forEach(world::cut);
        for (World.Node other : others) {
            other.submit(null, World.create("apart"));
        }
        world.settle();
        world.pass(20_000);
        assertEquals(22, a.shown().items().size());
        assertInstanceOf(Outcome.Done.class, a.does(World.create("joined")).getFirst());
        world.pass(12_000);
        for (World.Node other : others) {
            assertEquals(a.shown().digest(), other.shown().digest());
        }
        assertFalse(a.replica.counters().counters().getOrDefault("joins", 0L) == 0);
    }

    private Item item(String ref) {
        return assertInstanceOf(Resolved.Found.class, a.queries.resolve(ref)).item();
    }

    private static Command act(String ref, Event event) {
        return new Command.Act(ref, event, "", Collections.emptySortedMap(), null);
    }

    private static Code refused(Outcome outcome) {
        return assertInstanceOf(Outcome.Refused.class, outcome).code();
    }
}

package dev.musher.crdt.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.CounterName;
import dev.musher.crdt.change.Event;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.Malformed;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.change.SetName;
import dev.musher.crdt.change.Value;
import dev.musher.crdt.type.Body;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What people see of an item, and how they settle what they disagree about. */
class ItemTest {

    private final Items items = new Items();

    private static Value text(String text) {
        return new Value.Text(text);
    }

    @Test
    @Tag("H-11")
    void anItemBelongsToTheEpicThatItNames() {
        Item epic = items.create(1, Map.of());
        Item part = items.create(2, Map.of());
        assertNull(part.epic());
        part = items.set(part, Field.EPIC, new Value.Item(epic.key()));
        assertEquals(epic.key(), part.epic());
        part = items.set(part, Field.EPIC, new Value.None());
        assertNull(part.epic());
    }

    @Test
    void anItemIsEqualByItsKeyAndRow() {
        Item a = items.create(1, Map.of());
        Item b = items.create(2, Map.of());
        Item named = items.set(a, Field.NAME, text("other"));
        assertEquals(a, Item.read(a.key(), a.row()));
        assertEquals(a.hashCode(), Item.read(a.key(), a.row()).hashCode());
        for (Object other : List.of(b, named, "an item")) {
            assertNotEquals(a, other);
        }
        assertTrue(named.toString().contains("#1 backlog other"), named.toString());
    }

    @Test
    void aStoredRowSaysFirstWhetherItsLogHasSomethingVoid() {
        Item item = items.create(1, Map.of());
        byte[] stored = item.stored();
        for (byte mark : new byte[] {4, -1, 127}) {
            stored[0] = mark;
            assertThrows(Malformed.class, () -> Item.readStored(item.key(), stored));
        }
        assertThrows(Malformed.class, () -> Item.readStored(item.key(), new byte[0]));
        for (byte mark : new byte[] {1, 2, 3}) {
            stored[0] = mark;
            assertTrue(Item.readStored(item.key(), stored).hasVoid());
        }
        stored[0] = 0;
        assertFalse(Item.readStored(item.key(), stored).hasVoid());
    }

    /** Two nodes apart see the same commit land: their clocks differ, what happened does not. */
    @Test
    @Tag("M-03")
    void theSameLandingSeenTwiceIsNoConflict() {
        Stage.Done one = new Stage.Done("c0ffee", 3L, 1_000);
        assertTrue(one.agrees(new Stage.Done("c0ffee", 3L, 9_000)));
        assertFalse(one.agrees(new Stage.Done("c0ffee", 4L, 1_000)));
        assertFalse(one.agrees(new Stage.Done("decade", 3L, 1_000)));
        assertFalse(one.agrees(new Stage.Backlog()));
        assertFalse(new Stage.Backlog().agrees(one));
        assertTrue(new Stage.Backlog().agrees(new Stage.Backlog()));
    }

    @Test
    @Tag("H-02")
    void aCreationsFieldsAreWritesOfTheCreation() {
        Item item =
                items.create(
                        7,
                        Map.of(
                                Field.NAME, text("Name"),
                                Field.BODY, text("Body"),
                                Field.PRIORITY, new Value.Int(1)));
        assertEquals("Name", item.name());
        assertEquals(1, item.priority());
        assertEquals(Body.of("Body"), item.body().shown());
        assertEquals(item.birth().ref(), item.fieldRefs(Field.BODY).getFirst());
        assertEquals(new Stage.Backlog(), item.stage());
        Item renamed = items.set(item, Field.NAME, text("Other"));
        assertEquals("Other", renamed.name());
        assertTrue(renamed.conflicts().isEmpty(), "a write replaces what the creation wrote");
        assertNotEquals(item.version(), renamed.version());
        Item cleared = items.set(renamed, Field.PRIORITY, Value.NONE);
        assertNull(cleared.value(Field.PRIORITY));
        assertEquals(2, cleared.priority());
    }

    @Test
    @Tag("M-03")
    void concurrentWritesStandBesideEachOtherUntilOneSettlesThem() {
        Item item = items.create(1, Map.of(Field.NAME, text("a")));
        List<Ref> seen = item.fieldRefs(Field.NAME);
        long at = items.now() + 1;
        item = items.on(item, new Op.SetField(item.key(), Field.NAME, text("b"), seen), at);
        item = items.on(item, new Op.SetField(item.key(), Field.NAME, text("c"), seen), at);
        Conflict conflict = item.conflict(Field.NAME).orElseThrow();
        assertEquals("name", conflict.subject().word());
        assertEquals(2, conflict.choices().size());
        assertEquals(2, conflict.heads().size());
        assertEquals(new Conflict.OfValue(text(item.name())), conflict.shown().content());
        Item settled = items.set(item, Field.NAME, text("b"));
        assertTrue(settled.conflicts().isEmpty());
        assertEquals("b", settled.name());
    }

    @Test
    @Tag("M-03")
    void equalConcurrentWritesAreNoConflict() {
        Item item = items.create(1, Map.of());
        long at = items.now() + 1;
        for (int i = 0; i < 2; i++) {
            item =
                    items.on(
                            item,
                            new Op.SetField(item.key(), Field.BODY, text("x"), List.of()),
                            at);
        }
        assertEquals(2, item.fieldRefs(Field.BODY).size());
        assertTrue(item.conflicts().isEmpty());
        item = items.on(item, new Op.SetField(item.key(), Field.BODY, text("y"), List.of()), at);
        assertEquals(1, item.conflict(Field.BODY).orElseThrow().others().size());
        assertEquals(3, item.conflict(Field.BODY).orElseThrow().heads().size());
    }

    @Test
    @Tag("M-03")
    void aConflictOfStagesShowsTheWinnerAndAPersonChooses() {
        Item item = items.create(1, Map.of());
        List<Ref> seen = item.moveRefs();
        long at = items.now() + 1;
        Item before = item;
        Item one = items.on(before, move(before, Event.START, seen), at);
        Written coding = one.moves().getFirst();
        Item two = items.on(before, move(before, Event.ABANDON, seen), at);
        Written abandoned = two.moves().getFirst();
        // Both, as a node that had seen only the creation takes them one after the other.
        item = one.apply(logged(two, abandoned, move(before, Event.ABANDON, seen)));
        assertEquals(new Stage.Abandoned(), item.stage(), "closed by a person wins");
        Conflict conflict = item.conflicts().getFirst();
        assertEquals("stage", conflict.subject().word());
        assertEquals(
                new Conflict.OfStage(new Stage.Coding()), conflict.others().getFirst().content());
        Op.Move choose = move(item, Event.CHOOSE, List.of(coding.ref(), abandoned.ref()));
        Item chosen = items.on(item, choose);
        assertEquals(new Stage.Coding(), chosen.stage());
        assertTrue(chosen.conflicts().isEmpty());
    }

    private static Op.Move move(Item item, Event event, List<Ref> bases) {
        return new Op.Move(item.key(), event, bases, "", new TreeMap<>());
    }

    private static Logged logged(Item from, Written written, Op op) {
        return new Logged(
                written.ref(),
                written.key().lamport(),
                from.updatedWallMs(),
                Moves.USER,
                Moves.device(1),
                op,
                written,
                true,
                false);
    }

    @Test
    @Tag("H-12")
    void theRetryCountStartsAgainAtEachStage() {
        Item item = items.move(items.create(1, Map.of()), Event.START);
        Ref coding = item.moveRefs().getFirst();
        item = items.on(item, new Op.Count(item.key(), CounterName.RETRIES, 1, coding));
        item = items.on(item, new Op.Count(item.key(), CounterName.RETRIES, 2, coding));
        item = items.on(item, new Op.Count(item.key(), CounterName.TOKENS, 5, null));
        assertEquals(3, item.retries());
        item = items.move(item, Event.QA);
        assertEquals(0, item.retries());
        assertEquals(5, item.tokens());
        Item late = items.on(item, new Op.Count(item.key(), CounterName.RETRIES, 9, coding));
        assertEquals(0, late.retries(), "a late retry of a stage that is past");
        assertEquals(0, items.move(late, Event.QA_FAILED).retries());
    }

    @Test
    @Tag("H-13")
    void deletionWinsOverAConcurrentEditWhichStandsBesideIt() {
        Item item = items.create(1, Map.of(Field.NAME, text("a")));
        long at = items.now() + 1;
        item = items.on(item, deleted(item, true), at);
        item = items.on(item, deleted(item, false, List.of()), at + 1);
        assertTrue(item.deleted());
        assertEquals(new Value.Flag(true), item.value(Field.DELETED));
        Conflict conflict = item.conflict(Field.DELETED).orElseThrow();
        assertEquals(new Conflict.OfValue(new Value.Flag(true)), conflict.shown().content());
        Item restored = items.on(item, deleted(item, false));
        assertFalse(restored.deleted());
        assertTrue(restored.conflicts().isEmpty());
    }

    private static Op deleted(Item item, boolean yes) {
        return deleted(item, yes, item.fieldRefs(Field.DELETED));
    }

    private static Op deleted(Item item, boolean yes, List<Ref> replaces) {
        return new Op.SetField(item.key(), Field.DELETED, new Value.Flag(yes), replaces);
    }

    @Test
    @Tag("H-02")
    @Tag("M-03")
    void todosKeepTheirOrderAndTheirChecks() {
        Item item = items.create(1, Map.of());
        for (String todo : List.of("b", "a", "c")) {
            item = items.on(item, new Op.AddElement(item.key(), SetName.TODOS, text(todo)));
        }
        assertEquals(List.of("b", "a", "c"), item.todos());
        assertFalse(item.checked("a"));
        long at = items.now() + 1;
        item = items.on(item, new Op.CheckTodo(item.key(), "a", true, List.of()), at);
        item = items.on(item, new Op.CheckTodo(item.key(), "a", false, List.of()), at);
        Conflict conflict = item.conflicts().getFirst();
        assertEquals(new Subject.OfTodo("a"), conflict.subject());
        item = items.on(item, new Op.CheckTodo(item.key(), "a", true, conflict.heads()));
        assertTrue(item.checked("a"));
        assertTrue(item.conflicts().isEmpty());
        List<Ref> tags = item.set(SetName.TODOS).find(text("b")).refs();
        item = items.on(item, new Op.AddElement(item.key(), SetName.TODOS, text("b")));
        item = items.on(item, new Op.RemoveElement(item.key(), SetName.TODOS, text("b"), tags));
        assertEquals(List.of("a", "c", "b"), item.todos(), "the add that was not seen wins");
    }

    @Test
    void anItemIsThereWhileAnyOpOnItCountsEvenIfItsCreationIsVoid() {
        Item item = items.create(8, Map.of(Field.NAME, text("a")));
        Birth birth = item.birth();
        Op.NewItem op = new Op.NewItem(8, null, new TreeMap<>(), new TreeMap<>());
        Logged creation =
                new Logged(birth.ref(), 1, 10, Moves.USER, Moves.device(1), op, null, false, false);
        Logged note =
                new Logged(
                        new Ref(Moves.id(5), 0),
                        2,
                        20,
                        Moves.USER,
                        Moves.device(1),
                        new Op.AddNote(item.key(), "still here"),
                        null,
                        true,
                        false);
        Item left = Item.fold(item.key(), List.of(creation, note));
        assertEquals(8, left.number());
        assertNull(left.stage());
        assertEquals("", left.name());
        assertEquals(Column.BACKLOG, left.column());
        assertNull(Item.fold(item.key(), List.of(creation)));
        Op claim = new Op.Tentative(item.key(), 1, null, 5);
        Logged claimed =
                new Logged(
                        note.ref(), 2, 20, Moves.USER, Moves.device(1), claim, null, true, false);
        assertNull(Item.fold(item.key(), List.of(creation, claimed)), "a claim keeps nothing");
    }

    @Test
    void whatMustBeFoldedFromTheLogIsNotApplied() {
        Item item = items.create(8, Map.of());
        Op.SetField first =
                new Op.SetField(
                        item.key(), Field.NAME, text("x"), List.of(new Ref(Moves.id(3), 0)));
        Ref ref = new Ref(Moves.id(77), 0);
        Logged cut = new Logged(ref, 9, 9, Moves.USER, Moves.device(1), first, null, false, false);
        Item voided = item.apply(cut);
        assertTrue(voided.hasVoid());
        Op.SetField over = new Op.SetField(item.key(), Field.NAME, text("y"), List.of(ref));
        Logged next =
                new Logged(
                        new Ref(Moves.id(78), 0),
                        10,
                        9,
                        Moves.USER,
                        Moves.device(1),
                        over,
                        null,
                        true,
                        false);
        assertFalse(voided.canApply(next));
        assertThrows(IllegalStateException.class, () -> voided.apply(next));
    }
}

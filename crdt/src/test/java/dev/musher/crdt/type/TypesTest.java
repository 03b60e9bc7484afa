package dev.musher.crdt.type;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.EqualClasses;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Ref;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Merged values are equal by what they hold: a patch is the difference between two of them. */
class TypesTest {

    private static final Ref FIRST = new Ref(ChangeId.ZERO, 0);
    private static final Ref SECOND = new Ref(ChangeId.ZERO, 1);

    @Test
    void equalContentsAreEqualAndNoOthers() {
        List<List<Object>> equals =
                List.of(
                        List.of(register(FIRST), register(FIRST)),
                        List.of(register(SECOND), register(SECOND)),
                        List.of(set(FIRST), set(FIRST)),
                        List.of(set(SECOND), set(SECOND)),
                        List.of(notes(FIRST), notes(FIRST)),
                        List.of(notes(SECOND), notes(SECOND)),
                        List.of("x", "x"));
        EqualClasses.check(equals);
    }

    @Test
    void aCounterOnlyGrows() {
        assertThrows(IllegalArgumentException.class, () -> new Counter(-1));
        assertThrows(IllegalArgumentException.class, () -> Counter.ZERO.add(-1));
        assertEquals(0, new Counter(0).add(0).total());
    }

    @Test
    void whatIsNotThereIsNothingAndWhatIsThereIsFound() {
        assertTrue(Register.empty().isEmpty());
        assertNull(Register.empty().shown());
        assertFalse(register(FIRST).isEmpty());
        assertEquals("x", register(FIRST).shown());
        assertTrue(AddWinsSet.empty().isEmpty());
        assertFalse(set(FIRST).isEmpty());
        assertEquals(List.of("x"), set(FIRST).elements());
        assertNull(set(FIRST).find("y"));
        assertNull(notes(FIRST).find(SECOND));
        assertEquals(FIRST, notes(FIRST).find(FIRST).ref());
        assertEquals(3, Body.of("xyz").bytes());
        assertNotEquals(Body.of("x"), Body.of("y"));
    }

    @Test
    void anOpThatIsThereAlreadyOrNamesWhatIsNotChangesNothing() {
        NoteList notes = notes(FIRST);
        assertEquals(notes, notes.add(FIRST, 1, Body.of("x")));
        assertEquals(notes, notes.edit(SECOND, SECOND, 2, Body.of("y"), List.of()));
        AddWinsSet<String> set = set(FIRST);
        assertEquals(set, set.add("x", FIRST, 1, 0));
        assertEquals(set, set.remove("x", List.of(SECOND)));
        assertEquals(set, set.remove("y", List.of(FIRST)));
    }

    @Test
    void ofTwoWritesAtOneTimeTheGreaterRefIsShownInEveryOrder() {
        Register<String> one = register(FIRST).write(SECOND, 1, "y", List.of());
        Register<String> other =
                Register.<String>empty()
                        .write(SECOND, 1, "y", List.of())
                        .write(FIRST, 1, "x", List.of());
        assertEquals(one, other);
        assertEquals("y", one.shown());
        assertTrue(one.conflict());
        assertEquals(List.of(SECOND, FIRST), one.refs());
    }

    /** A row from a disk is no state that writes make, unless it is in the one order. */
    @Test
    void partsThatAreNotInTheirOrderAreRefused() {
        Register<String> two = register(FIRST).write(SECOND, 2, "y", List.of());
        assertEquals(two, Register.of(two.heads()));
        refused(() -> Register.of(two.heads().reversed()));
        refused(() -> Register.of(List.of(two.heads().get(0), two.heads().get(0))));
        AddWinsSet<String> set = set(FIRST).add("y", SECOND, 2, 0);
        assertEquals(set, AddWinsSet.of(set.entries()));
        refused(() -> AddWinsSet.of(set.entries().reversed()));
        refused(() -> AddWinsSet.of(List.of(set.entries().get(0), set.entries().get(0))));
        List<AddWinsSet.Tag> tags = set(FIRST).add("x", SECOND, 2, 0).entries().get(0).tags();
        refused(() -> AddWinsSet.of(List.of(new AddWinsSet.Entry<>("x", tags.reversed()))));
        refused(() ->
                AddWinsSet.of(
                        List.of(new AddWinsSet.Entry<>("x", List.of(tags.get(0), tags.get(0))))));
        NoteList notes = notes(FIRST).add(SECOND, 2, Body.of("y"));
        assertEquals(notes, NoteList.of(notes.notes()));
        refused(() -> NoteList.of(notes.notes().reversed()));
        refused(() -> NoteList.of(List.of(notes.notes().get(0), notes.notes().get(0))));
    }

    private static void refused(Executable makes) {
        assertThrows(IllegalArgumentException.class, makes);
    }

    private static Register<String> register(Ref ref) {
        return Register.<String>empty().write(ref, 1, "x", List.of());
    }

    private static AddWinsSet<String> set(Ref ref) {
        return AddWinsSet.<String>empty().add("x", ref, 1, 0);
    }

    private static NoteList notes(Ref ref) {
        return NoteList.empty().add(ref, 1, Body.of("x"));
    }
}

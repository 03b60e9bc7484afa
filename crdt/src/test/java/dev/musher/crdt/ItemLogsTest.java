package dev.musher.crdt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.access.Verdict;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.Event;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Ref;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What it costs to find what moves start from. */
class ItemLogsTest {

    /** A member's change of 64 moves by old bases, on an item with a long log. */
    @Test
    void anOldBaseIsLookedUpAndTheLogNotWalkedForEach() {
        Desk desk = Desk.founder();
        ItemKey item = desk.item("x");
        Ref born = new Ref(desk.changes().getLast().id(), 0);
        for (int i = 0; i < 50; i++) {
            desk.write(Collections.nCopies(64, new Op.AddNote(item, "n")).toArray(Op[]::new));
        }
        Op start = new Op.Move(item, Event.START, List.of(born), "", new TreeMap<>());
        desk.write(start);
        Op illegal =
                new Op.Move(
                        item,
                        Event.QA,
                        List.of(new Ref(desk.changes().get(3).id(), 0), born),
                        "",
                        new TreeMap<>());
        List<Op> ops = new ArrayList<>(Collections.nCopies(32, start));
        ops.addAll(Collections.nCopies(32, illegal));
        Change moves = desk.change(ops.toArray(Op[]::new));
        CountingHistory history = new CountingHistory();
        Project project = new Project(Rules.PRODUCT, history);
        for (Change change : desk.changes()) {
            history.in.add(project.apply(admitted(project, change)));
        }
        history.rows = 0;
        Patch patch = project.apply(admitted(project, moves));
        history.in.add(patch);
        // One look a move, and one walk for the fold, as the bases are no heads any more.
        assertTrue(history.rows < 64 + 50 * 64 + 200, "rows looked at: " + history.rows);
        List<Verdict> verdicts = project.verdicts(patch.place());
        assertEquals(Collections.nCopies(32, Verdict.COUNTS), verdicts.subList(0, 32));
        assertEquals(Collections.nCopies(32, Verdict.ILLEGAL), verdicts.subList(32, 64));
    }

    private static Admission.Admitted admitted(Project project, Change change) {
        return assertInstanceOf(Admission.Admitted.class, project.check(change));
    }
}

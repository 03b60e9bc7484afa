package dev.musher.crdt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Limits;
import dev.musher.crdt.change.Op;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What it costs to judge again. That it is judged right, the seeds and the model show. */
class JudgeTest {

    @Test
    void anAdoptionOfManyHeadsReadsWhatTheyHoldOnce() {
        Desk founder = Desk.founder();
        Desk laptop = founder.invited("laptop");
        ItemKey item = laptop.item("work");
        for (int i = 0; i < 1_000; i++) {
            laptop.note(item, "n");
        }
        founder.sees(laptop);
        founder.write(new Op.Cut(laptop.device, List.of()));
        assertNull(founder.project.item(item));
        List<ChangeId> heads =
                laptop.changes().reversed().stream().limit(Limits.KEPT).map(Change::id).toList();
        Change adoption = founder.change(new Op.Adopt(List.of(), heads));
        CountingHistory history = new CountingHistory();
        Project project = new Project(Rules.PRODUCT, history);
        Stream.concat(founder.changes().stream(), Stream.of(adoption))
                .forEach(change -> {
                    history.changes = 0;
                    Admission admission = project.check(change);
                    history.in.add(
                            project.apply(assertInstanceOf(Admission.Admitted.class, admission)));
                });
        assertEquals(1_000, project.item(item).notes().notes().size());
        // Once to find the items touched, once to fold the one there is.
        assertTrue(history.changes < 2 * 1_001 + 50, "changes read: " + history.changes);
    }
}

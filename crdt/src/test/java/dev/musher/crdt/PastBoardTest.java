package dev.musher.crdt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ItemKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The board of an earlier time is the fold of what was written until then. */
class PastBoardTest {

    @Test
    @Tag("M-09")
    void itIsAFreshFoldOfWhatWasWrittenUntilThen() {
        int between = 0;
        for (int seed = 0; seed < 60; seed++) {
            List<Change> changes = Histories.of(new Random(seed), 60, seed % 2 == 0);
            long at = changes.get(new Random(seed).nextInt(changes.size())).header().wallMs();
            // Clocks of this generator never run backwards, so a past is never later.
            List<Change> until = changes.stream().filter(c -> c.header().wallMs() <= at).toList();
            Site fresh = new Site();
            until.forEach(fresh::receive);
            Project past = PastBoard.fold(Histories.RULES, changes, at);
            assertEquals(fresh.rows(), Site.rows(past), "seed " + seed);
            assertEquals(fresh.project.digest(), past.digest(), "seed " + seed);
            between += until.size() < changes.size() ? 1 : 0;
        }
        assertTrue(between > 30);
    }

    @Test
    @Tag("M-09")
    void beforeTheBeginningThereIsNothing() {
        List<Change> changes = Histories.of(new Random(1), 20, false);
        Project past = PastBoard.fold(Histories.RULES, changes, 0);
        assertEquals(List.of(), new ArrayList<>(past.items()));
        assertNull(past.id());
    }

    /** An author whose clock is behind wrote on something that, by another clock, came later. */
    @Test
    @Tag("M-09")
    void aChangeIsLeftOutWithWhatItHadSeen() {
        Desk fast = Desk.founder();
        Desk slow = fast.invited("slow");
        fast.clock = 10_000;
        ItemKey item = fast.item("later");
        slow.clock = 5_000;
        slow.sees(fast);
        slow.note(item, "sooner, by this clock");
        ItemKey own = slow.item("of its own");
        Project past = PastBoard.fold(Rules.PRODUCT, slow.changes(), 6_000);
        assertNull(past.item(item));
        assertNull(past.item(own), "it follows the note in its chain");
        Project now = PastBoard.fold(Rules.PRODUCT, slow.changes(), 10_000);
        assertEquals(2, now.items().size());
    }
}

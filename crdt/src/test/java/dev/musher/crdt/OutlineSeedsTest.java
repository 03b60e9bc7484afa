package dev.musher.crdt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.Outline;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * An outline does what its change does: over random histories with cuts, forks, adoptions and
 * claims, whichever changes stand as outlines, and whatever comes before or after them. {@code
 * -Dmusher.histories} runs more of them.
 */
class OutlineSeedsTest {

    private static final int HISTORIES = Integer.getInteger("musher.histories", 120);

    @Test
    @Tag("T-A6")
    @Tag("M-16")
    void outlinesAddUpToTheStateOfTheirChanges() {
        int outlined = 0;
        int cases = 0;
        for (int seed = 0; seed < HISTORIES; seed++) {
            List<Change> changes = Histories.of(new Random(seed), 10 + seed % 90, seed % 4 != 0);
            Site full = new Site();
            changes.forEach(full::receive);
            for (int order = 0; order < 4; order++) {
                Random random = new Random(seed * 100L + order);
                List<Change> mixed = new ArrayList<>();
                for (Change change : changes) {
                    Change outline = order == 0 || random.nextBoolean() ? Outline.of(change) : null;
                    outlined += outline == null ? 0 : 1;
                    mixed.add(outline == null ? change : Outline.read(outline.bytes()));
                }
                if (order > 0) {
                    Collections.shuffle(mixed, random);
                }
                Site other = new Site();
                mixed.forEach(other::receive);
                String what = "seed " + seed + ", order " + order;
                assertTrue(other.idle(), what);
                assertEquals(full.rows(), other.rows(), what);
                assertEquals(full.project.digest(), other.project.digest(), what);
                assertEquals(full.project.heads(), other.project.heads(), what);
                for (Patch patch : full.patches) {
                    assertEquals(
                            full.project.verdicts(patch.place()),
                            other.project.verdicts(other.history.find(patch.change().id())),
                            what);
                }
                Project again = other.restarted();
                assertEquals(full.project.digest(), again.digest(), what);
                cases++;
            }
        }
        assertTrue(cases >= 4 * HISTORIES && outlined > cases, outlined + " outlines");
    }
}

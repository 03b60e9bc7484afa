package dev.musher.crdt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.pipeline.Item;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A fold in pieces ends where a fold at once does, over random histories with cuts, settlements,
 * adoptions and forks in any order: whatever arrives between two pieces, and wherever it is stopped
 * and started again from what a store would hold.
 */
class SettlingSeedsTest {

    private static final int HISTORIES = Integer.getInteger("musher.histories", 60);
    private static final int ORDERS = Integer.getInteger("musher.orders", 1);

    /** A project as a node keeps it: rows are stored with each change and each piece. */
    private static final class Stored {
        final MemoryHistory history = new MemoryHistory();
        final List<Patch> patches = new ArrayList<>();
        final Map<ItemKey, byte[]> rows = new TreeMap<>();
        final int atOnce;
        Project project;
        Unsettled marker = Unsettled.NOTHING;
        @Nullable ItemKey upTo;
        int deferredWhileSettling;

        Stored(int atOnce) {
            this.atOnce = atOnce;
            project = new Project(Histories.RULES, history, atOnce);
        }

        boolean take(Change change) {
            return switch (project.check(change)) {
                case Admission.Missing missing -> false;
                case Admission.Duplicate duplicate -> true;
                case Admission.Refused refused ->
                        throw new IllegalStateException(refused.text() + " " + change);
                case Admission.Admitted admitted -> {
                    boolean settling = project.isSettling();
                    Patch patch = project.apply(admitted);
                    history.add(patch);
                    patches.add(patch);
                    store(patch.items());
                    if (patch.deferred()) {
                        marker = project.unsettled();
                        upTo = null;
                        deferredWhileSettling += settling ? 1 : 0;
                    }
                    yield true;
                }
            };
        }

        void piece(int max) {
            store(project.settle(max));
            marker = project.isSettling() ? marker : Unsettled.NOTHING;
            upTo = project.settledUpTo();
        }

        private void store(Map<ItemKey, @Nullable Item> items) {
            items.forEach((key, item) -> {
                if (item == null) {
                    rows.remove(key);
                } else {
                    rows.put(key, item.stored());
                }
            });
        }

        void restart() {
            Project.Loader loader = new Project(Histories.RULES, history, atOnce).loader();
            for (Patch patch : patches) {
                if (patch.newBranch() != null) {
                    loader.branch(patch.newBranch());
                }
            }
            patches.forEach(patch -> loader.arrival(patch.arrival()));
            rows.forEach(loader::item);
            loader.unsettled(marker, upTo);
            project = patches.isEmpty() ? project : loader.finish();
            assertEquals(!marker.isEmpty(), project.isSettling(), "it goes on where it was");
        }
    }

    @Test
    @Tag("T-A10")
    void piecesEndWhereOneFoldDoes() {
        int whileSettling = 0;
        int inTheMiddle = 0;
        int pieces = 0;
        for (int seed = 0; seed < HISTORIES; seed++) {
            List<Change> changes = Histories.of(new Random(seed), 10 + seed % 90, true);
            Site whole = new Site();
            changes.forEach(whole::receive);
            for (int order = 0; order < ORDERS; order++) {
                Random random = new Random(seed * 1_000L + order);
                String what = "seed " + seed + ", order " + order;
                Stored stored = new Stored(random.nextInt(4));
                List<Change> waiting = new ArrayList<>(changes);
                Collections.shuffle(waiting, random);
                while (!waiting.isEmpty() || stored.project.isSettling()) {
                    waiting.removeIf(change -> random.nextInt(3) > 0 && stored.take(change));
                    for (int i = random.nextInt(4); i > 0 && stored.project.isSettling(); i--) {
                        long left = stored.project.unsettledSize();
                        assertTrue(left > 0 || stored.project.isSettling(), what);
                        stored.piece(1 + random.nextInt(3));
                        pieces++;
                        if (random.nextInt(8) == 0) {
                            inTheMiddle += stored.project.isSettling() ? 1 : 0;
                            stored.restart();
                        }
                    }
                    if (random.nextInt(12) == 0) {
                        stored.restart();
                    }
                }
                assertEquals(whole.rows(), Site.rows(stored.project), what);
                assertEquals(whole.project.digest(), stored.project.digest(), what);
                assertEquals(whole.project.nextNumber(), stored.project.nextNumber(), what);
                assertEquals(0, stored.project.unsettledSize(), what);
                stored.restart();
                assertEquals(whole.project.digest(), stored.project.digest(), what);
                whileSettling += stored.deferredWhileSettling;
            }
        }
        assertTrue(pieces > HISTORIES, "pieces: " + pieces);
        assertTrue(inTheMiddle > HISTORIES / 2, "restarts amid them: " + inTheMiddle);
        assertTrue(whileSettling > HISTORIES / 2, "flips amid flips: " + whileSettling);
    }

    /** Stopped after every single piece, with nothing else going on. */
    @Test
    @Tag("T-A10")
    void itResumesAtEveryBoundary() {
        int boundaries = 0;
        for (int seed = 0; seed < HISTORIES / 10; seed++) {
            List<Change> changes = Histories.of(new Random(seed), 60, true);
            Site whole = new Site();
            Stored stored = new Stored(0);
            for (Change change : changes) {
                whole.receive(change);
                stored.take(change);
            }
            while (stored.project.isSettling()) {
                stored.piece(1);
                stored.restart();
                boundaries++;
                assertTrue(boundaries < 1_000_000, "it ends");
                // What was read to find the items is read again: go on until some item is folded.
                ItemKey before = stored.upTo;
                while (stored.project.isSettling()
                        && Objects.equals(before, stored.project.settledUpTo())) {
                    stored.piece(1);
                }
            }
            assertEquals(whole.rows(), Site.rows(stored.project), "seed " + seed);
            assertEquals(whole.project.digest(), stored.project.digest(), "seed " + seed);
        }
        assertTrue(boundaries > HISTORIES / 10, "boundaries: " + boundaries);
    }

    @Test
    void thereIsNoDigestAndNoContradictionUntilItIsDone() {
        Desk founder = Desk.founder();
        Desk laptop = founder.invited("laptop");
        ItemKey item = laptop.item("work");
        laptop.note(item, "one");
        laptop.note(item, "two");
        founder.sees(laptop);
        Digest before = founder.project.digest();
        Change cut = founder.change(new Op.Cut(laptop.device, List.of()));
        Stored stored = new Stored(2);
        founder.changes().forEach(stored::take);
        assertEquals(before, stored.project.digest());
        stored.take(cut);
        assertTrue(stored.project.isSettling());
        // Three changes are to be read, and their item to be folded.
        assertEquals(3, stored.project.unsettledSize());
        assertThrows(IllegalStateException.class, stored.project::digest);
        stored.piece(2);
        assertEquals(2, stored.project.unsettledSize());
        stored.piece(100);
        assertFalse(stored.project.isSettling());
        assertFalse(before.equals(stored.project.digest()));
    }

    /** An import puts many items in a change: what is folded and read at once is bounded by ops. */
    @Test
    void aFewChangesOfManyOpsAreMuch() {
        Desk founder = Desk.founder();
        Desk laptop = founder.invited("laptop");
        for (int i = 0; i < 2; i++) {
            Op[] ops = new Op[8];
            for (int op = 0; op < ops.length; op++) {
                ops[op] = new Op.NewItem(8L * i + op + 1, null, new TreeMap<>(), new TreeMap<>());
            }
            laptop.write(ops);
        }
        founder.sees(laptop);
        Change cut = founder.change(new Op.Cut(laptop.device, List.of()));
        Stored stored = new Stored(15);
        founder.changes().forEach(stored::take);
        stored.take(cut);
        assertTrue(stored.project.isSettling());
        stored.piece(8);
        // One change was read, and its items are to be folded; the other is to be read.
        assertEquals(9, stored.project.unsettledSize());
        while (stored.project.isSettling()) {
            stored.piece(8);
        }
        Stored atOnce = new Stored(16);
        founder.changes().forEach(atOnce::take);
        atOnce.take(cut);
        assertFalse(atOnce.project.isSettling());
        founder.take(cut);
        assertEquals(founder.project.digest(), atOnce.project.digest());
        assertEquals(founder.project.digest(), stored.project.digest());
    }
}

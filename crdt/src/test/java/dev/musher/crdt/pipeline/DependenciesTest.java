package dev.musher.crdt.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.Event;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.SetName;
import dev.musher.crdt.change.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who waits for whom, and that nobody waits for himself. */
class DependenciesTest {

    private final Items items = new Items();

    private Item create(long number) {
        return items.create(number, Map.of());
    }

    private Item depends(Item item, ItemKey on) {
        return items.on(
                item, new Op.AddElement(item.key(), SetName.DEPENDS_ON, new Value.Item(on)));
    }

    @Test
    @Tag("T-A8")
    void theEdgeThatClosesACycleIsLeftOutAndStaysInState() {
        Item a = create(1);
        Item b = create(2);
        Item c = create(3);
        a = depends(a, b.key());
        b = depends(b, c.key());
        c = depends(c, a.key());
        a = depends(a, a.key());
        for (List<Item> order : List.of(List.of(a, b, c), List.of(c, b, a))) {
            Dependencies d = Dependencies.of(order);
            assertEquals(List.of(b.key()), d.of(a.key()));
            assertEquals(List.of(c.key()), d.of(b.key()));
            assertEquals(List.of(), d.of(c.key()), "the last one added closes it");
            assertEquals(
                    List.of(
                            new Dependencies.Edge(c.key(), a.key()),
                            new Dependencies.Edge(a.key(), a.key())),
                    d.leftOut());
        }
        assertEquals(List.of(a.key()), c.dependsOn());
    }

    @Test
    void anItemWaitsForWhatIsNeitherDoneNorArchived() {
        Item done = items.move(create(1), Event.DONE);
        Item archived = items.move(items.move(create(2), Event.DONE), Event.ARCHIVE);
        Item rejected = items.move(create(3), Event.REJECT);
        Item coding = items.move(create(4), Event.START);
        Item deleted = items.set(create(5), Field.DELETED, new Value.Flag(true));
        ItemKey absent = new ItemKey(5, 5);
        Item waiting = create(6);
        List<Item> all = new ArrayList<>(List.of(done, archived, rejected, coding, deleted));
        for (Item on : all) {
            waiting = depends(waiting, on.key());
        }
        waiting = depends(waiting, absent);
        all.add(waiting);
        Dependencies d = Dependencies.of(all);
        assertEquals(List.of(rejected.key(), coding.key(), absent), d.waitingOn(waiting.key()));
        assertEquals(6, d.of(waiting.key()).size());
        assertEquals(List.of(), d.waitingOn(absent));
    }

    @Test
    void randomGraphsEndWithoutCyclesAndLoseNoEdgeThatClosesNone() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            List<Item> all = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                all.add(create(i + 1));
            }
            List<Dependencies.Edge> added = new ArrayList<>();
            for (int i = random.nextInt(24); i >= 0; i--) {
                int from = random.nextInt(8);
                ItemKey on = all.get(random.nextInt(8)).key();
                if (!all.get(from).dependsOn().contains(on)) {
                    all.set(from, depends(all.get(from), on));
                    added.add(new Dependencies.Edge(all.get(from).key(), on));
                }
            }
            Collections.shuffle(all, random);
            Dependencies d = Dependencies.of(all);
            Set<Dependencies.Edge> kept = new HashSet<>(added);
            d.leftOut().forEach(kept::remove);
            for (Dependencies.Edge e : added) {
                boolean left = d.leftOut().contains(e);
                assertEquals(!left, d.of(e.item()).contains(e.on()));
                // Acyclic: what is kept never leads back; needed: what is left out would.
                assertEquals(left, reaches(kept, e.on(), e.item()), "seed " + seed);
            }
        }
    }

    private static boolean reaches(Set<Dependencies.Edge> edges, ItemKey from, ItemKey to) {
        Set<ItemKey> seen = new HashSet<>(Set.of(from));
        boolean more = true;
        while (more) {
            more = false;
            for (Dependencies.Edge e : edges) {
                more |= seen.contains(e.item()) && seen.add(e.on());
            }
        }
        return seen.contains(to);
    }

    @Test
    void aLongChainDoesNotOverflowTheStack() {
        List<Item> all = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            Item item = create(i + 1);
            all.add(i == 0 ? item : depends(item, all.get(i - 1).key()));
        }
        Dependencies d = Dependencies.of(all);
        assertTrue(d.leftOut().isEmpty());
        assertFalse(d.waitingOn(all.getLast().key()).isEmpty());
    }
}

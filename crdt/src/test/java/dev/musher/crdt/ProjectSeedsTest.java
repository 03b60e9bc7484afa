package dev.musher.crdt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.access.Verdict;
import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeCodec;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.CounterName;
import dev.musher.crdt.change.ItemKey;
import dev.musher.crdt.change.Op;
import dev.musher.crdt.change.Place;
import dev.musher.crdt.change.Ref;
import dev.musher.crdt.change.SetName;
import dev.musher.crdt.change.Value;
import dev.musher.crdt.pipeline.Item;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The laws of the whole fold over random histories of several devices. {@code -Dmusher.histories}
 * and {@code -Dmusher.orders} run more of them.
 */
class ProjectSeedsTest {

    private static final int HISTORIES = Integer.getInteger("musher.histories", 120);
    private static final int ORDERS = Integer.getInteger("musher.orders", 8);

    private static List<Change> history(int seed, boolean hostile) {
        return Histories.of(new Random(seed), 10 + seed % 90, hostile);
    }

    private static Site site(List<Change> changes) {
        Site site = new Site();
        changes.forEach(site::receive);
        assertTrue(site.idle());
        return site;
    }

    @Test
    @Tag("T-A3")
    @Tag("T-A4")
    void neitherOrderNorDuplicatesChangeOneByte() {
        Set<Verdict> seen = EnumSet.noneOf(Verdict.class);
        for (int seed = 0; seed < HISTORIES; seed++) {
            List<Change> changes = history(seed, seed % 3 != 0);
            Site first = site(changes);
            for (int order = 0; order < ORDERS; order++) {
                Random random = new Random(seed * 1_000L + order);
                List<Change> shuffled = new ArrayList<>(changes);
                changes.stream().filter(c -> random.nextInt(4) == 0).forEach(shuffled::add);
                Collections.shuffle(shuffled, random);
                Site other = site(shuffled);
                String what = "seed " + seed + ", order " + order;
                assertEquals(first.rows(), other.rows(), what);
                assertEquals(first.project.digest(), other.project.digest(), what);
                assertEquals(first.project.heads(), other.project.heads(), what);
                assertEquals(first.project.nextNumber(), other.project.nextNumber(), what);
            }
            first.places().forEach(p -> seen.addAll(first.project.verdicts(p)));
        }
        // Those two need a device that wrote more than its role came to allow: too rare here.
        EnumSet<Verdict> rare = EnumSet.of(Verdict.ROLE, Verdict.CLAIM);
        assertTrue(seen.containsAll(EnumSet.complementOf(rare)), "only seen: " + seen);
    }

    @Test
    @Tag("T-A10")
    void theLiveStateIsTheFoldOfTheLogAtEveryPoint() {
        int forks = 0;
        for (int seed = 0; seed < HISTORIES; seed++) {
            List<Change> changes = new ArrayList<>(history(seed, seed % 3 != 0));
            Collections.shuffle(changes, new Random(seed));
            Site site = new Site();
            for (Change change : changes) {
                int before = site.patches.size();
                site.receive(change);
                if (site.patches.size() > before) {
                    for (Item item : site.project.items()) {
                        Item audited = Objects.requireNonNull(site.project.audit(item.key()));
                        assertEquals(item, audited, "seed " + seed);
                    }
                }
            }
            Project again = site.restarted();
            assertEquals(site.rows(), Site.rows(again), "seed " + seed);
            assertEquals(site.project.digest(), again.digest(), "seed " + seed);
            assertEquals(site.project.heads(), again.heads(), "seed " + seed);
            assertEquals(site.project.unknownOps(), again.unknownOps(), "seed " + seed);
            assertEquals(site.project.nextNumber(), again.nextNumber(), "seed " + seed);
            forks += site.project.dag().forked().size();
        }
        assertTrue(forks > 0, "histories with forks");
    }

    /** A restart in the middle goes on as if there had been none. */
    @Test
    @Tag("T-A10")
    void aRestartedProjectGoesOnAlike() {
        for (int seed = 0; seed < HISTORIES; seed++) {
            List<Change> changes = history(seed, seed % 3 != 0);
            int half = changes.size() / 2;
            Site site = site(changes.subList(0, half));
            Project again = site.restarted();
            for (Change change : changes.subList(half, changes.size())) {
                Admission.Admitted admitted = (Admission.Admitted) again.check(change);
                Patch expected = site.apply((Admission.Admitted) site.project.check(change));
                Patch patch = again.apply(admitted);
                assertEquals(expected.arrival(), patch.arrival(), "seed " + seed);
                assertEquals(expected.items(), patch.items(), "seed " + seed);
            }
            assertEquals(site.project.digest(), again.digest(), "seed " + seed);
        }
    }

    /** The graph answers as a walk over all edges does. */
    @Test
    void whoKnewWhatIsWhatTheEdgesSay() {
        for (int seed = 0; seed < HISTORIES / 3; seed++) {
            Site site = site(history(seed, true));
            Map<Place, Set<Place>> pasts = new HashMap<>();
            for (Patch patch : site.patches) {
                Set<Place> past = new HashSet<>(Set.of(patch.place()));
                ChangeId prev = patch.change().header().prev();
                if (prev != null) {
                    past.addAll(pasts.get(Objects.requireNonNull(site.history.find(prev))));
                }
                patch.arrival().parents().forEach(p -> past.addAll(pasts.get(p)));
                pasts.put(patch.place(), past);
                for (ChangeId dep : patch.change().header().deps()) {
                    assertTrue(past.contains(site.history.find(dep)), "seed " + seed);
                }
            }
            for (Place a : pasts.keySet()) {
                for (Place of : pasts.keySet()) {
                    assertEquals(
                            pasts.get(of).contains(a),
                            site.project.dag().inPast(a, of),
                            "seed " + seed + ": " + a + " in the past of " + of);
                }
            }
        }
    }

    /** Every increment is in the sum, and no element goes that nobody who saw it took out. */
    @Test
    @Tag("T-A8")
    void noIncrementAndNoElementIsLost() {
        int increments = 0;
        int elements = 0;
        for (int seed = 0; seed < HISTORIES; seed++) {
            List<Change> changes = new ArrayList<>(history(seed, false));
            Collections.shuffle(changes, new Random(seed));
            Site site = site(changes);
            Map<ItemKey, Long> tokens = new HashMap<>();
            Map<ItemKey, Map<Ref, String>> labels = new HashMap<>();
            Set<Ref> removed = new HashSet<>();
            for (Change change : changes) {
                for (int i = 0; i < change.ops().size(); i++) {
                    switch (change.op(i)) {
                        case Op.Count c when c.counter() == CounterName.TOKENS ->
                                tokens.merge(c.item(), c.amount(), Long::sum);
                        case Op.AddElement a
                                when a.set() == SetName.LABELS
                                        && a.element() instanceof Value.Text t ->
                                labels.computeIfAbsent(a.item(), k -> new HashMap<>())
                                        .put(new Ref(change.id(), i), t.text());
                        case Op.RemoveElement r -> removed.addAll(r.adds());
                        default -> {}
                    }
                }
            }
            for (Item item : site.project.items()) {
                long sum = tokens.getOrDefault(item.key(), 0L);
                assertEquals(sum, item.tokens(), "seed " + seed);
                Map<Ref, String> live = labels.getOrDefault(item.key(), Map.of());
                Set<String> expected = new HashSet<>();
                live.forEach((ref, label) -> {
                    if (!removed.contains(ref)) {
                        expected.add(label);
                    }
                });
                assertEquals(expected, new HashSet<>(item.labels()), "seed " + seed);
                increments += sum > 0 ? 1 : 0;
                elements += expected.size();
            }
        }
        assertTrue(increments > 0 && elements > 0, "histories that count and label");
    }

    /** A change is the same through its bytes, and both are judged alike. */
    @Test
    void bytesCarryAllThatTheFoldReads() {
        for (int seed = 0; seed < HISTORIES / 3; seed++) {
            List<Change> changes = history(seed, true);
            List<Change> read = changes.stream().map(c -> ChangeCodec.read(c.bytes())).toList();
            assertEquals(site(changes).project.digest(), site(read).project.digest());
            assertTrue(Arrays.equals(changes.getFirst().bytes(), read.getFirst().bytes()));
        }
    }
}

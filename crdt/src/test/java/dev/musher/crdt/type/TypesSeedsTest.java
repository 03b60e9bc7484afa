package dev.musher.crdt.type;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Ref;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The law of each type: its state is that of the set of ops, in whatever order they come after what
 * they name. Each is compared with the set-theoretic form that its comment gives. {@code
 * -Dmusher.tries} runs more or fewer.
 */
@Tag("T-A3")
class TypesSeedsTest {

    private static final int TRIES = Integer.getInteger("musher.tries", 10_000);

    /** One in so many tries is a long history, of up to 200 ops. */
    private static final int LONG_EVERY = 100;

    /** An op of any type: what it names comes before it, all else is free. */
    private record Step(Ref ref, long lamport, int value, List<Ref> names, boolean adds) {}

    private static List<Step> steps(Random random) {
        List<Step> out = new ArrayList<>();
        int size = 1 + random.nextInt(random.nextInt(LONG_EVERY) == 0 ? 200 : 12);
        for (int i = 0; i < size; i++) {
            List<Ref> names = new ArrayList<>();
            long lamport = 1;
            for (Step s : out) {
                if (random.nextInt(3) == 0) {
                    names.add(s.ref());
                    lamport = Math.max(lamport, s.lamport() + 1);
                }
            }
            byte[] id = new byte[32];
            random.nextBytes(id);
            lamport += random.nextInt(2);
            out.add(
                    new Step(
                            new Ref(ChangeId.of(id), random.nextInt(2)),
                            lamport,
                            random.nextInt(3),
                            names,
                            random.nextInt(3) > 0));
        }
        return out;
    }

    private static List<Step> shuffled(List<Step> steps, Random random) {
        List<Step> left = new ArrayList<>(steps);
        List<Step> out = new ArrayList<>();
        Set<Ref> done = new HashSet<>();
        while (!left.isEmpty()) {
            List<Step> ready = left.stream().filter(s -> done.containsAll(s.names())).toList();
            Step next = ready.get(random.nextInt(ready.size()));
            left.remove(next);
            done.add(next.ref());
            out.add(next);
        }
        return out;
    }

    @Test
    void aRegisterHoldsTheWritesThatNoWriteNames() {
        for (int seed = 0; seed < TRIES; seed++) {
            Random random = new Random(seed);
            List<Step> steps = steps(random);
            Set<Ref> heads = new TreeSet<>();
            steps.forEach(s -> heads.add(s.ref()));
            steps.forEach(s -> heads.removeAll(s.names()));
            Register<Integer> first = register(steps);
            assertEquals(heads, new TreeSet<>(first.refs()), "seed " + seed);
            assertEquals(first, register(shuffled(steps, random)), "seed " + seed);
            assertEquals(first, Register.of(first.heads()));
            for (Head<Integer> h : first.heads()) {
                assertEquals(first, first.write(h.ref(), h.lamport(), h.value(), List.of()));
            }
            long distinct = first.heads().stream().map(Head::value).distinct().count();
            assertEquals(distinct, first.distinct().size(), "equal values are one");
            assertEquals(distinct > 1, first.conflict());
            Head<Integer> newest = first.heads().getFirst();
            for (Head<Integer> h : first.heads()) {
                boolean older =
                        h.lamport() < newest.lamport()
                                || h.lamport() == newest.lamport()
                                        && h.ref().compareTo(newest.ref()) <= 0;
                assertTrue(older, "the highest lamport, then ref, is shown");
            }
        }
    }

    private static Register<Integer> register(List<Step> steps) {
        Register<Integer> out = Register.empty();
        for (Step s : steps) {
            out = out.write(s.ref(), s.lamport(), s.value(), s.names());
        }
        return out;
    }

    @Test
    @Tag("T-A8")
    void aSetHoldsTheAddsThatNoRemoveNames() {
        for (int seed = 0; seed < TRIES; seed++) {
            Random random = new Random(seed);
            List<Step> steps = steps(random);
            Map<Integer, Set<Ref>> live = new HashMap<>();
            for (Step s : steps) {
                if (s.adds()) {
                    live.computeIfAbsent(s.value(), v -> new TreeSet<>()).add(s.ref());
                }
            }
            for (Step s : steps) {
                if (!s.adds() && live.containsKey(s.value())) {
                    live.get(s.value()).removeAll(s.names());
                }
            }
            live.values().removeIf(Set::isEmpty);
            AddWinsSet<Integer> first = set(steps);
            Map<Integer, Set<Ref>> is = new HashMap<>();
            first.entries().forEach(e -> is.put(e.element(), new TreeSet<>(e.refs())));
            assertEquals(live, is, "seed " + seed);
            assertEquals(first, set(shuffled(steps, random)), "seed " + seed);
            assertEquals(first, AddWinsSet.of(first.entries()));
            for (Step s : steps) {
                if (s.adds() && live.getOrDefault(s.value(), Set.of()).contains(s.ref())) {
                    assertEquals(first, first.add(s.value(), s.ref(), s.lamport(), 0));
                }
            }
        }
    }

    private static AddWinsSet<Integer> set(List<Step> steps) {
        AddWinsSet<Integer> out = AddWinsSet.empty();
        for (Step s : steps) {
            out =
                    s.adds()
                            ? out.add(s.value(), s.ref(), s.lamport(), 0)
                            : out.remove(s.value(), s.names());
        }
        return out;
    }

    @Test
    @Tag("T-A8")
    void aCounterHoldsTheSumOfAllIncrements() {
        for (int seed = 0; seed < TRIES; seed++) {
            Random random = new Random(seed);
            List<Long> amounts = new ArrayList<>();
            for (int i = random.nextInt(20); i >= 0; i--) {
                amounts.add(random.nextLong(1L << 41));
            }
            long sum = amounts.stream().mapToLong(a -> a).sum();
            Collections.shuffle(amounts, random);
            int split = random.nextInt(amounts.size());
            Counter left = counter(amounts.subList(0, split));
            Counter right = counter(amounts.subList(split, amounts.size()));
            assertEquals(sum, counter(amounts).total());
            assertEquals(sum, left.add(right.total()).total(), "in two parts");
        }
        Counter full = new Counter(Long.MAX_VALUE - 1).add(5);
        assertEquals(Long.MAX_VALUE, full.add(1).total(), "stops, and never turns negative");
    }

    private static Counter counter(List<Long> amounts) {
        Counter out = Counter.ZERO;
        for (long a : amounts) {
            out = out.add(a);
        }
        return out;
    }

    @Test
    void aNoteListHoldsAllNotesAndTheEditsThatNoEditNames() {
        for (int seed = 0; seed < TRIES; seed++) {
            Random random = new Random(seed);
            List<Step> steps = steps(random);
            NoteList first = notes(steps);
            assertEquals(first, notes(shuffled(steps, random)), "seed " + seed);
            assertEquals(first, NoteList.of(first.notes()));
            Set<Ref> added = new TreeSet<>();
            steps.stream().filter(Step::adds).forEach(s -> added.add(s.ref()));
            Set<Ref> is = new TreeSet<>();
            first.notes().forEach(n -> is.add(n.ref()));
            assertEquals(added, is);
            for (NoteList.Note note : first.notes()) {
                Set<Ref> edits = new TreeSet<>();
                List<Step> of = steps.stream().filter(s -> edits(s, note.ref())).toList();
                of.forEach(s -> edits.add(s.ref()));
                of.forEach(s -> edits.removeAll(s.names()));
                assertEquals(edits, new TreeSet<>(note.edits().refs()));
                Ref shown =
                        note.edits().heads().isEmpty()
                                ? note.ref()
                                : note.edits().refs().getFirst();
                assertEquals(shown, note.shown());
            }
        }
    }

    private static boolean edits(Step s, Ref note) {
        return !s.adds() && !s.names().isEmpty() && s.names().getFirst().equals(note);
    }

    private static NoteList notes(List<Step> steps) {
        NoteList out = NoteList.empty();
        for (Step s : steps) {
            Body text = Body.of("text " + s.value());
            if (s.adds()) {
                out = out.add(s.ref(), s.lamport(), text);
            } else if (!s.names().isEmpty()) {
                out = out.edit(s.names().getFirst(), s.ref(), s.lamport(), text, s.names());
            }
        }
        return out;
    }
}

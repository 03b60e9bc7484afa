package dev.musher.crdt.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.Event;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** All pairs and triples of events from every stage, one after the other and at once. */
class StagePairsTest {

    private static final List<Actor> ACTORS = List.of(Moves.USER, Moves.AGENT, Moves.SYSTEM);
    private final Map<String, Stage> stages = Stages.reachable();
    private int checked;

    @Test
    @Tag("T-A9")
    void oneAfterTheOther() {
        for (Stage start : stages.values()) {
            Written base = base(start);
            for (Event first : Event.values()) {
                Written a = move(Moves.USER, 2, first, base);
                for (Event second : a == null ? List.<Event>of() : List.of(Event.values())) {
                    Written b = move(Moves.USER, 3, second, a);
                    for (Event third : b == null ? List.<Event>of() : List.of(Event.values())) {
                        move(Moves.USER, 4, third, b);
                    }
                }
            }
        }
        assertTrue(checked > 3_000, "legal moves checked: " + checked);
    }

    @Test
    @Tag("T-A9")
    @Tag("H-06")
    void atOnce() {
        for (Stage start : stages.values()) {
            Written base = base(start);
            List<Written> moves = new ArrayList<>();
            for (Event event : Event.values()) {
                for (Actor actor : ACTORS) {
                    Written w = move(actor, 2, event, base);
                    if (w != null) {
                        moves.add(w);
                    }
                }
            }
            for (Written a : moves) {
                for (Written b : moves) {
                    for (Written c : moves) {
                        winner(List.of(a, b, c));
                    }
                }
            }
        }
    }

    @Test
    @Tag("T-A9")
    void twoAtOnceAndThenOneThatHasSeenBoth() {
        for (Stage start : stages.values()) {
            Written base = base(start);
            for (Event first : Event.values()) {
                for (Event second : Event.values()) {
                    Written a = move(Moves.USER, 2, first, base);
                    Written b = move(Moves.SYSTEM, 2, second, base);
                    if (a == null || b == null) {
                        continue;
                    }
                    Written winner = winner(List.of(a, b));
                    for (Event third : Event.values()) {
                        Written c = move(Moves.USER, 3, third, a, b);
                        boolean legal =
                                third == Event.CHOOSE
                                        || Transitions.step(
                                                        winner.stage(),
                                                        Moves.op(third, Map.of(), ""),
                                                        0)
                                                != null;
                        assertEquals(legal, c != null, "legal from the winner among them");
                    }
                }
            }
        }
    }

    @Test
    @Tag("T-A9")
    @Tag("H-06")
    void unfreezeReturnsToBeforeTheFreezeAndUnblockToBeforeTheBlock() {
        int frozen = 0;
        for (Stage start : stages.values()) {
            Written base = base(start);
            Written freeze = move(Moves.USER, 2, Event.FREEZE, base);
            if (freeze != null) {
                frozen++;
                assertEquals(start, move(Moves.USER, 3, Event.UNFREEZE, freeze).stage());
            }
            Written block = move(Moves.USER, 2, Event.BLOCK, base);
            if (block != null) {
                Stage before = start instanceof Stage.Blocked b ? b.from() : start;
                assertEquals(before, move(Moves.USER, 3, Event.UNBLOCK, block).stage());
            }
        }
        assertEquals(16, frozen, "all open stages, blocked ones too");
    }

    @Test
    @Tag("H-05")
    void columnAndBadgeAreThoseOfTheContract() {
        String contract =
                """
                Upcoming backlog active
                Backlog backlog active
                Coding coding active
                Qa qa active
                ReviewHold qa review-hold
                Merge merge active
                MergeFailure merge merge-failure
                MergeFailureFinal merge merge-failure-final
                Done done done
                Abandoned closed abandoned
                Superseded closed superseded
                Rejected closed rejected
                Archived archived active
                """;
        for (String line : contract.lines().toList()) {
            String[] cell = line.split(" ", -1);
            Stage stage = stages.get(cell[0]);
            assertNotNull(stage, line);
            assertEquals(cell[1], Column.of(stage).word());
            assertEquals(cell[2], Badge.of(stage).word());
            Stage frozen = stages.get("Frozen(" + cell[0] + ")");
            if (frozen != null) {
                assertEquals(cell[1], Column.of(frozen).word(), "the column it resumes to");
                assertEquals("frozen", Badge.of(frozen).word());
            }
            Stage blocked = stages.get("Blocked(" + cell[0] + ")");
            if (blocked != null) {
                assertEquals("coding", Column.of(blocked).word());
                assertEquals("blocked", Badge.of(blocked).word());
            }
        }
    }

    private static Written base(Stage stage) {
        return new Written(new StageKey(0, 0, false, 1, Moves.id(1), 0), stage);
    }

    private final Moves moves = new Moves();

    private @Nullable Written move(Actor actor, long lamport, Event event, Written... bases) {
        Written out = moves.move(actor, lamport, event, bases);
        if (out != null) {
            checked++;
            String text = Stages.text(out.stage());
            assertTrue(stages.containsKey(text), "not a legal stage: " + text);
            assertEquals(stages.get(text).name(), out.stage().name(), "stage, column, badge agree");
            assertEquals(Column.of(stages.get(text)), Column.of(out.stage()));
            assertEquals(Badge.of(stages.get(text)), Badge.of(out.stage()));
        }
        return out;
    }

    /** The winner among concurrent moves: an old failure never covers what landed or was closed. */
    private static Written winner(Collection<Written> moves) {
        Written winner = moves.stream().max(Comparator.comparing(Written::key)).orElseThrow();
        boolean closed =
                moves.stream()
                        .anyMatch(w ->
                                w.key().life() == winner.key().life()
                                        && w.key().rank() >= StageKey.CLOSED);
        if (closed) {
            assertTrue(
                    winner.stage().name().terminal(),
                    () -> "closed or landed, yet shown as " + winner.stage());
            assertTrue(
                    !Set.of(Badge.MERGE_FAILURE, Badge.MERGE_FAILURE_FINAL)
                            .contains(Badge.of(winner.stage())));
        }
        return winner;
    }
}

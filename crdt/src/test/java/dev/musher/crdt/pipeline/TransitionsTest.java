package dev.musher.crdt.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.Actor;
import dev.musher.crdt.change.Event;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The table is the model's, cell by cell, and its facts come from the move. */
class TransitionsTest {

    private static List<String[]> table(String kind) throws IOException {
        try (InputStream in = TransitionsTest.class.getResourceAsStream("transitions.txt")) {
            assertNotNull(in);
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(l -> l.split(" "))
                    .filter(l -> l[0].equals(kind))
                    .toList();
        }
    }

    @Test
    @Tag("H-03")
    @Tag("H-04")
    void everyStepFromEveryStageIsTheModels() throws IOException {
        Map<String, String> legal = new HashMap<>();
        for (String[] line : table("step")) {
            legal.put(line[1] + " " + line[2], line[3]);
        }
        Map<String, Stage> stages = Stages.reachable();
        assertEquals(37, stages.size());
        for (Map.Entry<String, Stage> s : stages.entrySet()) {
            for (Event event : Event.values()) {
                Stage next = Transitions.step(s.getValue(), Moves.op(event, Map.of(), ""), 0);
                String cell = s.getKey() + " " + event.word();
                assertEquals(legal.remove(cell), next == null ? null : Stages.text(next), cell);
            }
        }
        assertEquals(Map.of(), legal, "steps that the model allows from stages never reached");
    }

    @Test
    @Tag("H-04")
    void theKeyOfEveryMoveIsTheModels() throws IOException {
        Map<String, Actor> actors =
                Map.of("user", Moves.USER, "agent", Moves.AGENT, "system", Moves.SYSTEM);
        Map<String, Stage> stages = Stages.reachable();
        for (String[] line : table("rank")) {
            Event event = Event.parse(line[1]).orElseThrow();
            Actor actor = actors.get(line[2]);
            StageKey left =
                    new StageKey(
                            Long.parseLong(line[3]),
                            Integer.parseInt(line[4]),
                            true,
                            3,
                            Moves.id(7),
                            0);
            for (Stage stage : stages.values()) {
                Written base = new Written(left, stage);
                if (Transitions.step(stage, Moves.op(event, Map.of(), ""), 0) == null) {
                    assertNull(new Moves().move(actor, 9, event, base));
                    continue;
                }
                Written after = new Moves().move(actor, 9, event, base);
                String is = after == null ? "-" : after.key().life() + " " + after.key().rank();
                String wants = line[6] + (line.length > 7 ? " " + line[7] : "");
                assertEquals(wants, is, String.join(" ", line));
                if (after != null) {
                    assertEquals(actor instanceof Actor.User, after.key().person());
                    assertEquals(9, after.key().lamport());
                }
            }
        }
    }

    @Test
    @Tag("H-03")
    void theFactsOfAStageComeFromTheMove() {
        Moves moves = new Moves();
        Written coding = moves.move(Moves.SYSTEM, 2, Event.START, moves.created(1));
        Map<String, String> details =
                Map.of("branch", "musher/7-x", "ahead", "3", "server_start", "1700000000000");
        Written merge =
                moves.move(Moves.SYSTEM, 3, Moves.op(Event.MERGE, details, "", coding), coding);
        assertEquals(new Stage.Merge("musher/7-x", 3L, 1_700_000_000_000L), merge.stage());
        Written failed =
                moves.move(
                        Moves.SYSTEM,
                        4,
                        Moves.op(Event.MERGE_FAILED, Map.of("kind", "EmptyDiff"), "", merge),
                        merge);
        assertEquals(new Stage.MergeFailure("EmptyDiff"), failed.stage());
        Written last = moves.move(Moves.SYSTEM, 5, Event.MERGEMASTER_ATTEMPTED, failed);
        assertEquals(new Stage.MergeFailureFinal("EmptyDiff"), last.stage());
        Written done =
                moves.move(
                        Moves.SYSTEM,
                        6,
                        Moves.op(
                                Event.LANDED, Map.of("commit", "abc", "generation", "4"), "", last),
                        last);
        assertEquals(new Stage.Done("abc", 4L, 6000), done.stage());
        Written archived =
                moves.move(Moves.SYSTEM, 7, Moves.op(Event.ARCHIVE, Map.of(), "old", done), done);
        assertEquals(new Stage.Archived("old"), archived.stage());
        Written replaced =
                moves.move(
                        Moves.USER,
                        3,
                        Moves.op(Event.SUPERSEDE, Map.of("by", "abcd"), "", coding),
                        coding);
        assertEquals(new Stage.Superseded("abcd"), replaced.stage());
        Written rejected =
                moves.move(Moves.USER, 3, Moves.op(Event.REJECT, Map.of(), "no", coding), coding);
        assertEquals(new Stage.Rejected("no"), rejected.stage());
        Written blocked =
                moves.move(Moves.USER, 3, Moves.op(Event.BLOCK, Map.of(), "a", coding), coding);
        Written again =
                moves.move(Moves.USER, 4, Moves.op(Event.BLOCK, Map.of(), "b", blocked), blocked);
        assertEquals(new Stage.Blocked("b", new Stage.Coding()), again.stage(), "keeps where from");
    }

    @Test
    @Tag("H-03")
    void aMergeOfNoCommitsIsIllegal() {
        Moves moves = new Moves();
        Written coding = moves.move(Moves.SYSTEM, 2, Event.START, moves.created(1));
        for (String ahead : List.of("0", "-1", "", "x", "99999999999999999999", "1.5")) {
            assertNull(
                    moves.move(
                            Moves.SYSTEM,
                            3,
                            Moves.op(Event.MERGE, Map.of("ahead", ahead), "", coding),
                            coding),
                    ahead);
        }
        assertNotNull(moves.move(Moves.SYSTEM, 3, Event.MERGE, coding));
    }

    @Test
    @Tag("M-03")
    void aPersonChoosesAmongHeadsAndTheItemGoesOnFromThere() {
        Moves moves = new Moves();
        Written born = moves.created(1);
        Written coding = moves.move(Moves.SYSTEM, 2, Event.START, born);
        Written abandoned = moves.move(Moves.USER, 2, Event.ABANDON, born);
        assertTrue(abandoned.key().compareTo(coding.key()) > 0, "closed by a person wins");
        Written chosen = moves.move(Moves.USER, 3, Event.CHOOSE, coding, abandoned);
        assertEquals(new Stage.Coding(), chosen.stage());
        assertEquals(StageKey.PERSON, chosen.key().rank());
        Written other = moves.move(Moves.USER, 3, Event.CHOOSE, abandoned, coding);
        assertEquals(new Stage.Abandoned(), other.stage());
        assertEquals(StageKey.CLOSED, other.key().rank(), "keeps the rank of what was chosen");
        assertNull(moves.move(Moves.AGENT, 3, Event.CHOOSE, coding, abandoned));
        assertNull(moves.move(Moves.SYSTEM, 3, Event.CHOOSE, coding, abandoned));
        assertNull(moves.move(Moves.USER, 3, Event.CHOOSE, coding), "one head is no choice");
        assertNull(moves.move(Moves.USER, 3, Event.CHOOSE, coding, coding), "nor is one twice");
        Written done = moves.move(Moves.USER, 3, Event.DONE, coding);
        Written reopened = moves.move(Moves.USER, 4, Event.REOPEN, done);
        Written late = moves.move(Moves.USER, 5, Event.CHOOSE, abandoned, reopened);
        assertEquals(1, late.key().life(), "the latest life of those named");
    }

    @Test
    void whatNamesAnIllegalMoveOrNothingIsIllegal() {
        Moves moves = new Moves();
        Written born = moves.created(1);
        assertNull(moves.move(Moves.USER, 3, Event.START, born, null));
        assertNull(moves.move(Moves.USER, 3, Event.START));
    }

    @Test
    @Tag("H-04")
    void whatIsAllowedIsListedForRefusalsThatSpeak() {
        assertEquals(
                List.of(
                        Event.START,
                        Event.DONE,
                        Event.BLOCK,
                        Event.FREEZE,
                        Event.ABANDON,
                        Event.SUPERSEDE,
                        Event.REJECT),
                Transitions.allowed(new Stage.Backlog()));
        assertFalse(Transitions.allowed(new Stage.Done(null, null, 0)).contains(Event.DONE));
    }
}

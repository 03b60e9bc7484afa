package dev.musher.ops.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.ops.cli.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A slice of the demonstration with real processes, and what each event of the record means. */
@Timeout(300)
final class DemoTest {

    private static final int EVENTS = 90;

    @TempDir Path folder;

    @Test
    @Tag("M-03")
    @Tag("M-06")
    @Tag("H-20")
    void nodesApartAgreeAgainAndShowEveryContradiction() throws IOException, InterruptedException {
        Result result;
        try (Demo demo = new Demo(folder, EVENTS, said -> {})) {
            result = demo.play();
        }
        assertEquals(List.of(), result.complaints());
        assertTrue(result.equal(), result.digests().toString());
        assertEquals(Set.of("node-1", "node-2", "node-3", "gateway"), result.digests().keySet());
        assertEquals(EVENTS, result.eventChanges() + skipped(result));
        // Two fields of each of the items that both sides edited, at least.
        assertTrue(result.conflicts() >= 48, "conflicts: " + result.conflicts());
        assertEquals(0, result.voids());
        assertTrue(result.healBytes() > 0 && result.healRoundTrips() >= 1);
    }

    private static int skipped(Result result) {
        return result.skipped().values().stream().mapToInt(i -> i).sum();
    }

    @Test
    void aStartWithItsAssigneeIsOneChange() throws IOException {
        Step step =
                step(
                        "{\"type\":\"status_changed\",\"old\":{\"status\":\"open\"},"
                                + "\"new\":{\"status\":\"hooked\",\"assignee\":\"ada\"}}",
                        "backlog");
        assertEquals(
                new Step.Write(Map.of("op", "event", "event", "start", "assignee", "ada")), step);
    }

    @Test
    void whatOurTableHasNoWayForIsCountedAndNotForced() throws IOException {
        assertEquals(
                new Step.Skip("no_transition"),
                step(
                        "{\"type\":\"status_changed\",\"old\":{\"status\":\"hooked\"},\"new\":{\"status\":\"open\"}}",
                        "coding"));
        assertEquals(
                new Step.Skip("unchanged"),
                step(
                        "{\"type\":\"status_changed\",\"old\":{\"status\":\"open\"},\"new\":{\"status\":\"open\"}}",
                        "backlog"));
        assertEquals(
                new Step.Skip("unchanged"),
                step("{\"type\":\"closed\",\"new\":\"again\"}", "done"));
        assertEquals(new Step.Skip("made_by_import"), step("{\"type\":\"created\"}", "backlog"));
        assertEquals(
                new Step.Skip("empty_update"), step("{\"type\":\"updated\",\"new\":{}}", "done"));
        assertEquals(
                new Step.Skip("field_not_kept"),
                step("{\"type\":\"updated\",\"new\":{\"hook_bead\":\"x\"}}", "done"));
    }

    @Test
    void closingReopeningAndLabelsAreOurs() throws IOException {
        assertEquals(
                new Step.Write(Map.of("op", "event", "event", "done", "reason", "fixed")),
                step("{\"type\":\"closed\",\"new\":\"fixed\"}", "coding"));
        assertEquals(
                new Step.Write(Map.of("op", "edit", "add_labels", List.of("x: y"))),
                step("{\"type\":\"label_added\",\"comment\":\"Added label: x: y\"}", "done"));
        assertTrue(
                step("{\"type\":\"reopened\",\"new\":{\"status\":\"open\"}}", "done")
                        instanceof Step.Write);
    }

    private static Step step(String event, String stage) throws IOException {
        Sight.Seen seen = new Sight.Seen();
        seen.stage = stage;
        return Translator.step(
                DemoEvent.of(Json.read(event.getBytes(StandardCharsets.UTF_8))), seen);
    }
}

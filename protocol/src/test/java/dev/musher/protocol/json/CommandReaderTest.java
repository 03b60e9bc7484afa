package dev.musher.protocol.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.Event;
import dev.musher.crdt.change.Field;
import dev.musher.crdt.change.Limits;
import dev.musher.crdt.change.Malformed;
import dev.musher.crdt.change.Origin;
import dev.musher.crdt.change.SetName;
import dev.musher.crdt.change.Value;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Guarantee: JSON becomes exactly the command it says, or a refusal that names the member. */
class CommandReaderTest {

    @Test
    void readsEveryMemberOfACreation() {
        Command.Create create =
                (Command.Create)
                        line(
                                """
                                {"op":"create","type":"bug","name":"Leak","body":"text","priority":0,
                                 "assignee":"ann","agent":"coder-1","epic":"7-k","labels":["a","b","a"],
                                 "depends_on":["42"],"todos":["prove it"],
                                 "origin":{"kind":"user","id":"ann","time":"2026-01-31T12:00:00Z"}}\
                                """);
        assertEquals(
                Map.of(
                        Field.NAME, new Value.Text("Leak"),
                        Field.TYPE, new Value.Text("bug"),
                        Field.BODY, new Value.Text("text"),
                        Field.PRIORITY, new Value.Int(0),
                        Field.ASSIGNEE, new Value.Text("ann"),
                        Field.AGENT, new Value.Text("coder-1"),
                        Field.EPIC, new Value.Text("7-k")),
                create.fields());
        assertEquals(
                Map.of(
                        SetName.LABELS, List.of("a", "b"),
                        SetName.DEPENDS_ON, List.of("42"),
                        SetName.TODOS, List.of("prove it")),
                create.sets());
        assertEquals(new Origin(Origin.Kind.USER, "ann", 1_769_860_800_000L), create.origin());
    }

    @Test
    @Tag("H-10")
    @Tag("T-F10")
    void refusesACreationWithoutOriginOrWithABlankOne() {
        String start = "{\"op\":\"create\",\"type\":\"bug\",\"name\":\"x\"";
        refused("origin: missing", start + "}");
        refused("origin.id: blank", start + ",\"origin\":{\"kind\":\"user\",\"id\":\" \"}}");
        refused("needs kind and id", start + ",\"origin\":{\"kind\":\"user\"}}");
        refused("origin.kind: 'robot'", start + ",\"origin\":{\"kind\":\"robot\",\"id\":\"x\"}}");
        refused("found null", start + ",\"origin\":null}");
        refused("origin.who", start + ",\"origin\":{\"kind\":\"user\",\"id\":\"x\",\"who\":1}}");
    }

    @Test
    void anOriginWithoutTimeGetsThePresent() {
        Command.Create create =
                (Command.Create)
                        line(
                                "{\"op\":\"create\",\"type\":\"bug\",\"name\":\"x\","
                                        + "\"origin\":{\"kind\":\"agent\",\"id\":\"c1\"}}");
        assertEquals(Command.WHEN_WRITTEN, create.origin().timeMs());
    }

    @Test
    void anEditTellsClearingFromSilence() {
        Command.Edit edit =
                (Command.Edit)
                        body(
                                Verb.EDIT,
                                "42",
                                "{\"assignee\":null,\"name\":\"new\",\"add_labels\":[\"x\"],"
                                        + "\"depends_on\":[],\"seen\":\"v1\"}");
        assertEquals("42", edit.ref());
        assertEquals(
                Map.of(Field.NAME, new Value.Text("new"), Field.ASSIGNEE, Value.NONE),
                edit.fields());
        assertEquals(
                Map.of(
                        SetName.LABELS,
                        new Command.SetEdit(null, List.of("x"), List.of()),
                        SetName.DEPENDS_ON,
                        new Command.SetEdit(List.of(), List.of(), List.of())),
                edit.sets());
        assertEquals("v1", edit.seen());
    }

    @Test
    void refusesAnEditThatSaysNothingOrTwoThings() {
        refusedBody("names no field", Verb.EDIT, "{}");
        refusedBody("not both", Verb.EDIT, "{\"labels\":[],\"add_labels\":[\"x\"]}");
        refusedBody("stands in the path", Verb.EDIT, "{\"ref\":\"43\",\"name\":\"x\"}");
        refusedBody("only lines of a batch", Verb.EDIT, "{\"op\":\"edit\",\"name\":\"x\"}");
    }

    @Test
    @Tag("H-04")
    void readsEveryEventAndNamesThemAllWhenOneIsUnknown() {
        for (Event event : Event.values()) {
            if (event == Event.CHOOSE || event == Event.LANDED) {
                continue;
            }
            Command.Act act =
                    (Command.Act)
                            body(
                                    Verb.EVENT,
                                    "1",
                                    "{\"event\":\"" + event.word() + "\",\"reason\":\"r\"}");
            assertEquals(event, act.event());
            assertEquals("r", act.reason());
        }
        Command.Together together =
                (Command.Together)
                        body(
                                Verb.EVENT,
                                "1",
                                "{\"event\":\"start\",\"assignee\":\"x\",\"text\":\"n\",\"seen\":\"v\"}");
        assertEquals(3, together.parts().size());
        assertEquals("start", ((Command.Act) together.parts().get(0)).event().word());
        Command.Edit edit = (Command.Edit) together.parts().get(1);
        assertEquals(Map.of(Field.ASSIGNEE, new Value.Text("x")), edit.fields());
        assertEquals("v", edit.seen());
        assertEquals(new Command.Note("1", "n"), together.parts().get(2));
        refusedBody("merge-failed", Verb.EVENT, "{\"event\":\"fly\"}");
        refusedBody("settling", Verb.EVENT, "{\"event\":\"choose\"}");
    }

    @Test
    void namesTheMemberThatACommandDoesNotTake() {
        refused("colour: not a member", "{\"op\":\"note\",\"ref\":\"1\",\"colour\":\"red\"}");
        refused("priority: not a member of note", "{\"op\":\"note\",\"ref\":\"1\",\"priority\":1}");
        refused("text: missing", "{\"op\":\"note\",\"ref\":\"1\"}");
        refused("'fly' is none of", "{\"op\":\"fly\"}");
        refused("op: missing", "{\"ref\":\"1\"}");
    }

    @Test
    void namesTheTypeThatWasWrongAndWhere() {
        refused("name: expected a string, found a whole number", "{\"name\":1}");
        refused("priority: expected a whole number, found a number with", "{\"priority\":1.5}");
        refused("labels[1]: expected a string, found true or false", "{\"labels\":[\"a\",true]}");
        refused("origin: expected an object, found an array", "{\"origin\":[]}");
        refused("checked: expected true or false, found a string", "{\"checked\":\"yes\"}");
        refused("command: expected an object, found an array", "[]");
        refused("type: 'task' is none of [story, bug", create("\"type\":\"task\""));
        refused(
                "qa_mode: 'cat' is none of [server",
                create("\"type\":\"bug\",\"qa_mode\":\"cat\""));
    }

    @Test
    void boundsAreThoseOfTheFormat() {
        String most = "x".repeat(Limits.NAME_CHARS);
        line("{\"op\":\"note\",\"ref\":\"" + most + "\",\"text\":\"t\"}");
        refused("ref: 301 characters", "{\"ref\":\"" + most + "x\"}");
        refused("name: blank", "{\"name\":\" \\t\"}");
        String wide = "\u00e4".repeat(Limits.BODY_BYTES / 2);
        body(Verb.EDIT, "1", "{\"body\":\"" + wide + "\"}");
        refusedBody("49154 bytes", Verb.EDIT, "{\"body\":\"" + wide + "\u00e4\"}");
        refused("priority: 10 is outside 0..9", "{\"priority\":10}");
        refused("labels: more than 64", "{\"labels\":[" + "\"x\",".repeat(64) + "\"x\"]}");
        refused("details: a name has", "{\"details\":{\"A\":\"x\"}}");
        refused(
                "device: expected 64",
                "{\"op\":\"set_role\",\"role\":\"owner\",\"device\":\"12\"}");
    }

    private static String create(String members) {
        return "{\"op\":\"create\",\"name\":\"n\",\"origin\":{\"kind\":\"user\",\"id\":\"x\"},"
                + members
                + "}";
    }

    @Test
    void landedNamesCommitAndGeneration() {
        String commit = "0123456789abcdef0123456789abcdef01234567";
        String start = "{\"event\":\"landed\",\"details\":{";
        body(Verb.EVENT, "1", start + "\"commit\":\"" + commit + "\",\"generation\":\"0\"}}");
        body(
                Verb.EVENT,
                "1",
                start + "\"commit\":\"" + "a".repeat(64) + "\",\"generation\":\"12\"}}");
        refusedBody("details.commit: missing", Verb.EVENT, "{\"event\":\"landed\"}");
        refusedBody(
                "details.generation: missing",
                Verb.EVENT,
                start + "\"commit\":\"" + commit + "\"}}");
        for (String wrong : List.of("abc", commit + "0", commit.toUpperCase(Locale.ROOT), "")) {
            refusedBody(
                    "details.commit: expected",
                    Verb.EVENT,
                    start + "\"commit\":\"" + wrong + "\",\"generation\":\"1\"}}");
        }
        for (String wrong : List.of("-1", "x", "1".repeat(16))) {
            refusedBody(
                    "details.generation: expected",
                    Verb.EVENT,
                    start + "\"commit\":\"" + commit + "\",\"generation\":\"" + wrong + "\"}}");
        }
    }

    private static void refused(String part, String json) {
        String text = assertThrows(Malformed.class, () -> line(json)).getMessage();
        assertTrue(text.contains(part), text);
    }

    private static void refusedBody(String part, Verb verb, String json) {
        String text = assertThrows(Malformed.class, () -> body(verb, "1", json)).getMessage();
        assertTrue(text.contains(part), text);
    }

    private static Command line(String json) {
        return CommandReader.line(json.getBytes(StandardCharsets.UTF_8));
    }

    private static Command body(Verb verb, String ref, String json) {
        return CommandReader.body(verb, ref, json.getBytes(StandardCharsets.UTF_8));
    }
}

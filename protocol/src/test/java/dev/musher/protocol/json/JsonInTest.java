package dev.musher.protocol.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.Malformed;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Guarantee: hostile JSON is refused by name, whatever it is made of. */
class JsonInTest {

    @Test
    @Tag("T-D17")
    void refusesATextBeyondItsBoundBeforeParsingIt() {
        refused("at most 1048576", "\"" + "x".repeat(10_000_000) + "\"");
    }

    @Test
    @Tag("T-D17")
    void refusesALongString() {
        refused("String value length", "{\"body\":\"" + "x".repeat(200_000) + "\"}");
    }

    @Test
    @Tag("T-D17")
    void refusesDeepNesting() {
        refused("expected a string, found an array", "{\"name\":" + "[".repeat(1_001));
        refused("origin.origin", "{\"origin\":".repeat(1_001));
        String deep = "{\"a\":".repeat(1_001);
        JsonIn in = JsonIn.of(bytes(deep));
        String text = assertThrows(Malformed.class, () -> descend(in)).getMessage();
        assertTrue(text.contains("depth (17) exceeds"), text);
        refused("expected an object", "[".repeat(1_001));
    }

    @Test
    @Tag("T-D17")
    void refusesDuplicateMembers() {
        refused("Duplicate", "{\"ref\":\"1\",\"ref\":\"2\"}");
        refused("Duplicate", "{\"ref\":\"1\",\"\\u0072ef\":\"2\"}");
        refused("Duplicate", "{\"details\":{\"a\":\"1\",\"a\":\"2\"}}");
    }

    @Test
    @Tag("T-D17")
    void refusesNumbersThatJsonDoesNotHave() {
        refused("NaN", "{\"priority\":NaN}");
        refused("INF", "{\"priority\":-INF}");
        refused("Leading zeroes", "{\"priority\":01}");
        refused("String value length", "{\"priority\":" + "9".repeat(1_000_000) + "}");
        refused("outside", "{\"priority\":" + "9".repeat(25) + "}");
        refused("outside", "{\"priority\":99999999999999999999}");
        refused("with a fraction", "{\"priority\":1e2}");
    }

    @Test
    @Tag("T-D17")
    void refusesLoneSurrogatesWhereverTheyStand() {
        refused("half a surrogate", "{\"name\":\"a\\ud800b\"}");
        refused("half a surrogate", "{\"name\":\"\\udc00\"}");
        refused("surrogate pair in field name", "{\"\\ud800\":1}");
        refused("half a surrogate", "{\"labels\":[\"ok\",\"\\ud83d\"]}");
        assertEquals(
                "\ud83d\ude00",
                ((Command.Note)
                                CommandReader.line(
                                        bytes(
                                                "{\"op\":\"note\",\"ref\":\"1\",\"text\":\"\\ud83d\\ude00\"}")))
                        .text());
    }

    @Test
    @Tag("T-D17")
    void refusesBytesThatAreNotUtf8() {
        byte[] bad = bytes("{\"name\":\"x\"}");
        bad[9] = (byte) 0xff;
        assertThrows(Malformed.class, () -> CommandReader.line(bad));
        byte[] surrogate = {
            '{', '"', 'a', '"', ':', '"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"', '}'
        };
        String text =
                assertThrows(Malformed.class, () -> CommandReader.line(surrogate)).getMessage();
        assertTrue(text.contains("UTF-8"), text);
    }

    @Test
    @Tag("T-D17")
    void refusesOtherEncodingsAndMarksOfOne() {
        String command = "{\"op\":\"restore\",\"ref\":\"1\"}";
        for (Charset other :
                List.of(
                        StandardCharsets.UTF_16,
                        StandardCharsets.UTF_16BE,
                        StandardCharsets.UTF_16LE,
                        Charset.forName("UTF-32BE"),
                        Charset.forName("UTF-32LE"))) {
            byte[] encoded = command.getBytes(other);
            assertThrows(Malformed.class, () -> CommandReader.line(encoded), other.displayName());
        }
        refused("UTF-8", "\ufeff" + command);
        refused("UTF-8", command + "\0");
        String inside = "{\"op\":\"note\",\"ref\":\"1\",\"text\":\"a\ufeffb\"}";
        assertEquals("a\ufeffb", ((Command.Note) CommandReader.line(bytes(inside))).text());
    }

    @Test
    void refusesWhatIsCutOffOrGoesOn() {
        refused("end", "{\"name\":\"x\"");
        refused("found nothing", "");
        refused("goes on", "{\"op\":\"restore\",\"ref\":\"1\"} {}");
        refused("op: missing", "{}");
    }

    @Test
    void refusesWhatOnlyLooksLikeJson() {
        refused("comment", "{/* no */\"name\":\"x\"}");
        refused("double-quote", "{'name':'x'}");
        refused("Illegal unquoted character", "{\"name\":\"a\nb\"}");
    }

    private static void descend(JsonIn in) {
        in.object("level", name -> descend(in));
    }

    private static void refused(String part, String json) {
        refused(part, json, part);
    }

    private static void refused(String name, String json, String part) {
        String text =
                assertThrows(Malformed.class, () -> CommandReader.line(bytes(json)), name)
                        .getMessage();
        assertTrue(text.contains(part), text);
    }

    private static byte[] bytes(String json) {
        return json.getBytes(StandardCharsets.UTF_8);
    }
}

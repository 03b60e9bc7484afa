package dev.musher.protocol.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Guarantee: what is written is JSON, and reads back as what was meant. */
class JsonOutTest {

    @Test
    void putsCommasWhereTheyBelong() {
        JsonOut out = new JsonOut(1);
        out.object()
                .member("a", 1)
                .member("b", List.of("x", "y"))
                .name("c")
                .array()
                .object()
                .endObject()
                .value(true)
                .nothing()
                .endArray()
                .member("d", (String) null)
                .name("e")
                .raw("{}".getBytes(StandardCharsets.UTF_8))
                .name("f")
                .time(0)
                .endObject();
        assertEquals(
                "{\"a\":1,\"b\":[\"x\",\"y\"],\"c\":[{},true,null],\"d\":null,\"e\":{},"
                        + "\"f\":\"1970-01-01T00:00:00Z\"}",
                new String(out.toBytes(), StandardCharsets.UTF_8));
    }

    @Test
    void everyCharacterSurvives() {
        StringBuilder all = new StringBuilder();
        for (int point = 0; point < 0x3000; point++) {
            all.appendCodePoint(point);
        }
        all.appendCodePoint(0xffff).appendCodePoint(0x1_0000).appendCodePoint(0x10_ffff);
        byte[] json = new JsonOut().value(all.toString()).toBytes();
        assertEquals(all.toString(), JsonIn.of(json).text("text", 100_000));
    }

    @Test
    void halfASurrogatePairBecomesTheReplacementCharacter() {
        byte[] json = new JsonOut().value("a\ud800b\udc00").toBytes();
        assertEquals("a\ufffdb\ufffd", JsonIn.of(json).text("text", 10));
    }

    @Test
    void refusesToGiveAwayAnOpenObject() {
        assertThrows(IllegalStateException.class, () -> new JsonOut().object().toBytes());
    }
}

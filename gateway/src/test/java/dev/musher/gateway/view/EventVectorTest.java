package dev.musher.gateway.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class EventVectorTest {

    private static final String ONE = "aaaaaaaaaaaa";
    private static final String TWO = "bbbbbbbbbbbb";

    @Test
    @Tag("H-61")
    void aCursorIsReadBackAsItWasWritten() {
        EventVector vector = EventVector.NONE.with(TWO, 7).with(ONE, 120);
        assertEquals(ONE + "-120." + TWO + "-7", vector.text());
        assertEquals(vector, EventVector.parse(vector.text()));
        assertEquals(EventVector.NONE, EventVector.parse(EventVector.NONE.text()));
    }

    @Test
    @Tag("H-61")
    void aStoreNotHeardOfBeginsAtItsFirstEvent() {
        assertEquals(0, EventVector.NONE.with(ONE, 5).at(TWO));
    }

    @Test
    void whatNoGatewayWroteIsNoCursor() {
        List<String> wrong =
                List.of(
                        "",
                        "x",
                        ONE,
                        ONE + "-",
                        ONE + "-x",
                        ONE + "--1",
                        ONE + "-1.",
                        ONE + "-1." + ONE + "-2",
                        ONE + "-1234567890123456789",
                        "AAAAAAAAAAAA-1",
                        (ONE + "-1.").repeat(2_000));
        wrong.forEach(text -> assertNull(EventVector.parse(text), text));
    }

    @Test
    void aStoreIsNamedByTheBeginOfItsId() {
        assertEquals(ONE, EventVector.store(ONE + "0123456789-42"));
    }
}

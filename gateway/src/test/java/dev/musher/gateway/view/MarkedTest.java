package dev.musher.gateway.view;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class MarkedTest {

    @Test
    void theProjectBecomesTheFirstMember() {
        assertEquals("{\"project\":\"p\",\"a\":1}", marked("{\"a\":1}"));
        assertEquals("{\"project\":\"p\"}", marked("{}"));
    }

    private static String marked(String object) {
        return new String(
                Marked.with("p", object.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
    }
}

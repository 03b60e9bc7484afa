package dev.musher.ops.bench;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A text that is refused was not copied first; how long that takes is for the benchmark. */
class HostileJsonBenchTest {

    @Test
    @Tag("T-D17")
    void aRefusalAllocatesLittle() {
        HostileJsonBench.texts()
                .forEach((what, text) -> {
                    double kib = HostileJsonBench.cost(what, text, 5).kib();
                    assertTrue(kib <= HostileJsonBench.MOST_KIB, what + ": " + kib + " KiB");
                });
    }
}

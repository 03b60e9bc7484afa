package dev.musher.gateway.view;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class FreshnessTest {

    @Test
    @Tag("M-13")
    void silenceOfMoreThanTenSecondsIsMarked() {
        assertEquals(new Freshness(false, 10_000), Freshness.at(110_000, 100_000, false));
        assertEquals(new Freshness(true, 10_001), Freshness.at(110_001, 100_000, false));
    }

    @Test
    @Tag("M-13")
    void aNodeThatIsConnectedIsNeverOld() {
        assertEquals(new Freshness(false, 0), Freshness.at(1_000_000, 1, true));
    }

    @Test
    void aClockThatWentBackIsNoAge() {
        assertEquals(new Freshness(false, 0), Freshness.at(1, 1_000_000, false));
    }
}

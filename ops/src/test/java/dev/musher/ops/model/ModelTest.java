package dev.musher.ops.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.access.Verdict;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The fold gives exactly what the executable model gives: its named scenarios and 500 random
 * histories, each in four orders of arrival, with duplicates, half-way and after a restart. The
 * resource is what {@code crdt/src/test/model/dump.py --scenarios} prints.
 */
class ModelTest {

    @Test
    @Tag("T-A4")
    @Tag("T-D2")
    void theFoldGivesWhatTheModelGives() throws IOException {
        ModelCompare compare = new ModelCompare();
        InputStream packed =
                Objects.requireNonNull(ModelTest.class.getResourceAsStream("histories.ndjson.gz"));
        try (BufferedReader in =
                new BufferedReader(
                        new InputStreamReader(
                                new GZIPInputStream(packed), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                compare.compare(line);
            }
        }
        assertEquals(List.of(), compare.differences());
        Map<String, Integer> counts = compare.counts();
        assertEquals(526, counts.get("histories"));
        assertEquals(526 * 4, counts.get("orders"));
        // The model knows no later versions; a claim that becomes void is a story of AccessTest.
        EnumSet<Verdict> unseen = EnumSet.of(Verdict.UNKNOWN, Verdict.CLAIM);
        for (Verdict verdict : EnumSet.complementOf(unseen)) {
            String word =
                    verdict == Verdict.NOT_A_MEMBER
                            ? "not a member"
                            : verdict.name().toLowerCase(Locale.ROOT);
            assertTrue(counts.getOrDefault("op " + word, 0) > 0, word + " in " + counts);
        }
    }

    /** A comparison that finds nothing must be one that would. */
    @Test
    void aDifferenceIsNamed() throws IOException {
        ModelCompare compare = new ModelCompare();
        compare.compare(
                """
                {"name":"wrong","headsMax":3,"changes":[{"id":"89b6bc604aba","device":"d0","epoch":"e0",\
                "seq":1,"prev":null,"deps":[],"lamport":1,"members":[],"actor":"user","grant":null,\
                "ops":[{"op":"Genesis","owner":"d0","recovery":"R"}],"refused":null,\
                "verdicts":["cut"]}],"orders":[[0]],"half":{"after":1,"state":null},\
                "state":{"roles":{"R":"owner"},"order":{"R":0},"arbiter":["89b6bc604aba",0],\
                "proofs":[],"rows":[]}}\
                """);
        assertEquals(2, compare.differences().size(), compare.differences().toString());
    }
}

package dev.musher.ops.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What grows is told in percent of itself an hour. */
class FootprintTest {

    @Test
    void aSlopeIsInPercentAnHour() {
        double[] s = {0, 1_800, 3_600};
        assertEquals(0, Footprint.growth(s, new double[] {5, 5, 5}));
        assertEquals(10, Footprint.growth(s, new double[] {95, 100, 105}));
        assertEquals(-10, Footprint.growth(s, new double[] {105, 100, 95}));
        assertEquals(
                0, Footprint.growth(new double[] {7}, new double[] {3}), "one point is no line");
    }

    @Test
    void thisProcessHasMemoryDescriptorsAndThreads() throws Exception {
        Assumptions.assumeTrue(Files.exists(Path.of("/proc/self/status")), "Linux only");
        Footprint footprint = new Footprint();
        assertTrue(footprint.figures().isEmpty());
        footprint.sample(ProcessHandle.current().pid(), 1);
        Map<String, Object> figures = footprint.figures();
        assertTrue((double) figures.get("rssMib") > 10, figures.toString());
        assertTrue((double) figures.get("descriptors") > 3, figures.toString());
        assertTrue((double) figures.get("threads") > 3, figures.toString());
    }
}

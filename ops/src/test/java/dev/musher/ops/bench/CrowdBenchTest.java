package dev.musher.ops.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A small crowd comes to one state; how long a large one takes is for the benchmark. */
class CrowdBenchTest {

    @Test
    @Tag("T-D19")
    @Timeout(180)
    void allThatComeBackAtOnceComeToOneState(@TempDir Path folder) throws Exception {
        List<Figure> figures = new ArrayList<>();
        new CrowdBench(6, 300).run(folder, 1, figures::add);
        assertEquals(2, figures.size());
    }
}

package dev.musher.ops.mutants;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What the simulator reaches is counted by line, and what it does not is named. */
class ReachTest {

    @Test
    void linesReachedByOneScheduleAreToldFromThoseThatAreNot() {
        try (Reach reach = new Reach()) {
            assertEquals(0, reached(reach.files()));

            assertEquals("", reach.run(1));

            List<FileReach> files = reach.files();
            FileReach counter = file(files, "crdt.type", "Counter.java");
            assertTrue(counter.reached() > 0, counter.toString());
            FileReach replica = file(files, "node.replica", "Replica.java");
            assertTrue(replica.reached() > replica.lines() / 2, replica.toString());
            // One schedule of one seed cannot reach everything: then it is not measured at all.
            assertTrue(files.stream().anyMatch(f -> !f.never().isEmpty()), "all reached");
            files.forEach(
                    f -> assertEquals(f.reached() < f.lines(), !f.never().isEmpty(), f.toString()));
        }
    }

    private static int reached(List<FileReach> files) {
        return files.stream().mapToInt(FileReach::reached).sum();
    }

    private static FileReach file(List<FileReach> files, String packageName, String name) {
        return files.stream()
                .filter(f -> f.packageName().equals(packageName) && f.name().equals(name))
                .findAny()
                .orElseThrow();
    }
}

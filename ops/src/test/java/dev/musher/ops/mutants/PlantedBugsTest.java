package dev.musher.ops.mutants;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The simulator notices bugs: each planted one at the seed that finds it, or soon after. */
class PlantedBugsTest {

    /** Any change of the product shifts what a seed does: a few more may be needed then. */
    private static final long SEEDS = 40;

    static List<Mutant> all() {
        return Planted.all();
    }

    @ParameterizedTest
    @MethodSource("all")
    @Tag("T-A5")
    void isFound(Mutant mutant) {
        PlantedBug.Search search = new PlantedBug(mutant).search(mutant.seed(), SEEDS);
        assertTrue(search.found(), mutant.name());
    }

    @Test
    @Tag("T-A5")
    void aBugWithoutItsMethodFailsLoudly() {
        Mutant gone =
                new Mutant(
                        "gone",
                        "dev.musher.crdt.type.Counter",
                        "gone",
                        new Mutant.Change.Answer(0),
                        1);
        assertThrows(IllegalStateException.class, () -> new PlantedBug(gone));
    }
}

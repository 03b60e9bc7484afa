package dev.musher.ops.fuzz;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The kept seeds of every decoder, and mutants of them: taken, or refused as declared. */
class SeedsTest {

    private static final int MUTANTS = 2_000;

    @ParameterizedTest
    @EnumSource
    @Tag("T-D15")
    void everySeedIsTakenOrRefusedAsDeclared(FuzzTarget target) throws IOException {
        List<byte[]> seeds = Seeds.of(target);
        assertFalse(seeds.isEmpty(), target.word() + " has no seeds");
        int taken = 0;
        for (byte[] seed : seeds) {
            taken += run(target, seed) ? 1 : 0;
        }
        assertTrue(taken > 0, "no seed of " + target.word() + " gets through its decoder");
    }

    @ParameterizedTest
    @EnumSource
    @Tag("T-D15")
    void mutantsOfThemAreToo(FuzzTarget target) throws IOException {
        List<byte[]> seeds = Seeds.of(target);
        SplittableRandom random = new SplittableRandom(15);
        for (int i = 0; i < MUTANTS; i++) {
            run(target, mutant(seeds.get(random.nextInt(seeds.size())), random));
        }
    }

    private static boolean run(FuzzTarget target, byte[] input) {
        try {
            return target.takes(input);
        } catch (RuntimeException | StackOverflowError e) {
            throw new AssertionError(target.word() + " on " + HexFormat.of().formatHex(input), e);
        }
    }

    private static byte[] mutant(byte[] seed, SplittableRandom random) {
        byte[] out = Arrays.copyOf(seed, Math.max(1, seed.length));
        for (int n = random.nextInt(1, 6); n > 0; n--) {
            int at = random.nextInt(out.length);
            switch (random.nextInt(5)) {
                case 0 -> out[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> out[at] = (byte) random.nextInt();
                case 2 -> out = Arrays.copyOf(out, at + 1);
                case 3 -> out[at] = new byte[] {0, -1, 127, -128, 0x5f}[random.nextInt(5)];
                default -> {
                    byte[] longer = Arrays.copyOf(out, out.length + out.length - at);
                    System.arraycopy(out, at, longer, out.length, out.length - at);
                    out = longer;
                }
            }
        }
        return out;
    }
}

package dev.musher.protocol.json;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.Malformed;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Guarantee: bytes in, a command or a {@link Malformed} out, never anything else. */
class CommandReaderFuzzTest {

    private static final String SAMPLE =
            "{\"op\":\"create\",\"type\":\"bug\",\"name\":\"Leak"
                + " \\u00e4\",\"priority\":3,\"labels\":[\"a\"],"
                + "\"origin\":{\"kind\":\"user\",\"id\":\"x\",\"time\":\"2026-01-31T12:00:00Z\"}}";

    @Test
    @Tag("T-D17")
    void everyMutationEndsInACommandOrARefusal() {
        Random random = new Random(17);
        byte[] sample = SAMPLE.getBytes(StandardCharsets.UTF_8);
        int commands = 0;
        int refusals = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] input = mutate(sample, random);
            try {
                CommandReader.line(input);
                commands++;
            } catch (Malformed expected) {
                refusals++;
            }
        }
        assertTrue(commands > 100 && refusals > 1_000, commands + " and " + refusals);
    }

    private static byte[] mutate(byte[] sample, Random random) {
        int cut = random.nextInt(4) == 0 ? random.nextInt(sample.length + 1) : sample.length;
        byte[] out = java.util.Arrays.copyOf(sample, cut);
        for (int k = random.nextInt(4); k > 0 && out.length > 0; k--) {
            byte[] likely = {
                '"', '{', '}', '[', ']', ':', ',', '\\', '0', (byte) random.nextInt(256)
            };
            out[random.nextInt(out.length)] = likely[random.nextInt(likely.length)];
        }
        return out;
    }
}

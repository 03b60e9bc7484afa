package dev.musher.protocol.codec;

import dev.musher.crdt.change.Malformed;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Feeds a decoder with noise, cut and damaged valid inputs, from a fixed seed. Anything but {@link
 * Malformed} that comes out fails the test that called. The number of inputs is the system property
 * {@code musher.fuzz}, 20,000 unless told.
 */
public final class Fuzz {
    private static final int INPUTS = Integer.getInteger("musher.fuzz", 20_000);

    private Fuzz() {}

    /**
     * Runs the decoder over all valid inputs and then over as many damaged ones as are left.
     *
     * @param valid inputs the decoder takes
     * @return how many inputs were taken and refused, {@code {taken, refused}}
     */
    public static int[] run(long seed, List<byte[]> valid, Consumer<byte[]> decoder) {
        Random random = new Random(seed);
        int[] outcome = new int[2];
        for (int i = 0; i < INPUTS; i++) {
            byte[] input = i < valid.size() ? valid.get(i) : input(random, valid);
            try {
                decoder.accept(input);
                outcome[0]++;
            } catch (Malformed refused) {
                outcome[1]++;
            }
        }
        return outcome;
    }

    private static byte[] input(Random random, List<byte[]> valid) {
        if (random.nextInt(8) == 0) {
            byte[] noise = new byte[random.nextInt(200)];
            random.nextBytes(noise);
            return noise;
        }
        byte[] input = valid.get(random.nextInt(valid.size())).clone();
        for (int times = random.nextInt(1, 4); times > 0; times--) {
            input = damaged(random, input, valid);
        }
        return input;
    }

    private static byte[] damaged(Random random, byte[] input, List<byte[]> valid) {
        if (input.length == 0) {
            return new byte[] {(byte) random.nextInt()};
        }
        int at = random.nextInt(input.length);
        return switch (random.nextInt(6)) {
            case 0 -> Arrays.copyOf(input, at);
            case 1 ->
                    splice(
                            Arrays.copyOf(input, at),
                            valid.get(random.nextInt(valid.size())),
                            random);
            case 2 -> remove(input, at, Math.min(input.length, at + 1 + random.nextInt(40)));
            case 3 -> set(input, at, CBOR_HEADS[random.nextInt(CBOR_HEADS.length)]);
            case 4 -> set(input, at, input[at] ^ 1 << random.nextInt(8));
            default -> set(input, at, random.nextInt());
        };
    }

    /** Ends of argument ranges, lengths of 2^63, indefinite lengths, tags, floats, breaks. */
    private static final int[] CBOR_HEADS = {
        0x00, 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x1f, 0x3b, 0x40, 0x5b, 0x5f, 0x60, 0x7b, 0x80,
        0x9b, 0x9f, 0xa0, 0xbb, 0xbf, 0xc0, 0xf4, 0xf5, 0xf6, 0xf7, 0xf9, 0xfb, 0xff
    };

    private static byte[] set(byte[] input, int at, int value) {
        input[at] = (byte) value;
        return input;
    }

    private static byte[] remove(byte[] input, int from, int to) {
        byte[] out = Arrays.copyOf(input, input.length - (to - from));
        System.arraycopy(input, to, out, from, input.length - to);
        return out;
    }

    private static byte[] splice(byte[] head, byte[] other, Random random) {
        int from = random.nextInt(other.length + 1);
        byte[] out = Arrays.copyOf(head, head.length + other.length - from);
        System.arraycopy(other, from, out, head.length, other.length - from);
        return out;
    }
}

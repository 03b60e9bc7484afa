package dev.musher.ops.bench;

import com.sun.management.ThreadMXBean;
import dev.musher.crdt.change.Malformed;
import dev.musher.protocol.json.CommandReader;
import dev.musher.protocol.json.JsonIn;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What it costs to refuse hostile JSON: the slowest of many refusals, after the first ones, and the
 * bytes that one allocates beyond the text itself.
 */
final class HostileJsonBench implements Bench {

    private static final int WARM = 20;
    private static final int TIMES = 200;
    private static final double MOST_MS = 10;

    /** Of what one refusal allocates, KiB. */
    static final double MOST_KIB = 1_024;

    private static final int LONG_STRING = 100_000_000;

    /**
     * What one refusal costs.
     *
     * @param p50Ms half of them took no longer, ms
     * @param p99Ms nearly all, ms
     * @param kib allocated by one, KiB
     */
    record Cost(double p50Ms, double p99Ms, double kib) {}

    @Override
    public void run(Path folder, double scale, Consumer<Figure> out) {
        int times = Math.max(5, (int) (TIMES * scale));
        for (Map.Entry<String, byte[]> each : texts().entrySet()) {
            for (int i = 0; i < WARM; i++) {
                refuse(each.getKey(), each.getValue());
            }
            Cost cost = cost(each.getKey(), each.getValue(), times);
            out.accept(
                    new Figure(
                            "refuse JSON: " + each.getKey(),
                            String.format(
                                    Locale.ROOT,
                                    "p50 %.3f, p99 %.3f ms, %.0f KiB allocated",
                                    cost.p50Ms,
                                    cost.p99Ms,
                                    cost.kib),
                            null,
                            "p99 <= 10 ms, <= 1 MiB",
                            cost.p99Ms <= MOST_MS && cost.kib <= MOST_KIB,
                            each.getValue().length + " bytes, " + times + " times, one thread"));
        }
    }

    /** Refuses a text so many times. */
    static Cost cost(String what, byte[] text, int times) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        double[] ms = new double[times];
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < times; i++) {
            long beganNs = System.nanoTime();
            refuse(what, text);
            ms[i] = (System.nanoTime() - beganNs) / 1e6;
        }
        double kib = (threads.getCurrentThreadAllocatedBytes() - before) / 1024.0 / times;
        Arrays.sort(ms);
        return new Cost(ms[times / 2], ms[times * 99 / 100], kib);
    }

    /** Hostile texts by what is wrong with them. */
    static Map<String, byte[]> texts() {
        Map<String, byte[]> out = new LinkedHashMap<>();
        out.put("1,001 deep", bytes("{\"origin\":".repeat(1_001)));
        out.put("a string of 100 MB", huge());
        int most = JsonIn.DOCUMENT_BYTES - 20;
        out.put("a string as long as a text may be", bytes(body("\"" + "x".repeat(most) + "\"")));
        out.put("a number of 1,000,000 digits", bytes(priority("9".repeat(1_000_000))));
        out.put("one member twice", bytes("{\"op\":\"note\",\"op\":\"note\"}"));
        out.put("NaN", bytes(priority("NaN")));
        out.put("half a surrogate", bytes(body("\"\\ud800\"")));
        out.put("members without end", bytes("{" + "\"a\":1,".repeat(most / 6)));
        return out;
    }

    private static byte[] huge() {
        byte[] out = new byte[LONG_STRING];
        Arrays.fill(out, (byte) 'x');
        out[0] = '"';
        return out;
    }

    private static String body(String value) {
        return "{\"body\":" + value + "}";
    }

    private static String priority(String value) {
        return "{\"priority\":" + value + "}";
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void refuse(String what, byte[] text) {
        try {
            CommandReader.line(text);
        } catch (Malformed e) {
            return;
        }
        throw new IllegalStateException(what + " was taken");
    }
}

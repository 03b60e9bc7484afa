package dev.musher.ops.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How long something on this machine waited for a processor (Linux, pressure stall information): on
 * a busy machine, time that no program can be blamed for. Stateless.
 */
final class CpuWait {

    private static final Path PRESSURE = Path.of("/proc/pressure/cpu");
    private static final String TOTAL = "total=";

    private CpuWait() {}

    /** Milliseconds since the machine began; 0 for ever where the kernel does not tell. */
    static double totalMs() throws IOException {
        if (!Files.isReadable(PRESSURE)) {
            return 0;
        }
        for (String line : Files.readAllLines(PRESSURE, StandardCharsets.US_ASCII)) {
            if (line.startsWith("some ")) {
                return Long.parseLong(line.substring(line.indexOf(TOTAL) + TOTAL.length())) / 1e3;
            }
        }
        return 0;
    }
}

package dev.musher.ops.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Memory of another process, as Linux counts it, MiB.
 *
 * @param now resident
 * @param peak most that was ever resident
 * @param own what the process made: heap, compiled code, buffers, RocksDB's cache
 * @param files pages of files that are mapped: the JVM, the start-up cache, libraries; dropped when
 *     others need the room
 */
record Resident(long now, long peak, long own, long files) {

    /** Whether this system tells. */
    static boolean isTold() {
        return Files.exists(Path.of("/proc/self/status"));
    }

    /** Of a process that runs. */
    static Resident of(long pid) throws IOException {
        long now = 0;
        long peak = 0;
        long own = 0;
        long files = 0;
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            String name = line.substring(0, Math.max(0, line.indexOf(':')));
            switch (name) {
                case "VmRSS" -> now = mib(line);
                case "VmHWM" -> peak = mib(line);
                case "RssAnon" -> own = mib(line);
                case "RssFile" -> files = mib(line);
                default -> {} // the kernel tells more than is asked
            }
        }
        return new Resident(now, peak, own, files);
    }

    /** For example {@code 250 MiB (peak 260)}. */
    String text() {
        return String.format(Locale.ROOT, "%d MiB (peak %d)", now, peak);
    }

    private static long mib(String line) {
        String[] words = line.split("\\s+");
        return Long.parseLong(words[1]) / 1024;
    }
}

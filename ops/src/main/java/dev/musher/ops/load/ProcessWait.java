package dev.musher.ops.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * How long one process waited for a processor (Linux, {@code schedstat}): time at which it could
 * have gone on, and something else ran. Counted between two looks are the waits of all its threads,
 * but no more than passed between the two, so look often. Unlike {@link CpuWait} it does not count
 * what others waited: on a machine where always somebody waits, that would excuse everything. Not
 * thread safe.
 */
final class ProcessWait {

    private final Path tasks;
    private Map<String, Long> before;
    private long beforeNs;
    private long waitedNs;

    /** From now on, of this process. */
    ProcessWait(long pid) {
        this.tasks = Path.of("/proc", Long.toString(pid), "task");
        this.before = delays();
        this.beforeNs = System.nanoTime();
    }

    /** Looks; milliseconds waited since the beginning. 0 where the kernel does not tell. */
    double ms() {
        Map<String, Long> now = delays();
        long nowNs = System.nanoTime();
        long waited = 0;
        for (Map.Entry<String, Long> task : now.entrySet()) {
            waited += task.getValue() - before.getOrDefault(task.getKey(), 0L);
        }
        waitedNs += Math.clamp(waited, 0, nowNs - beforeNs);
        before = now;
        beforeNs = nowNs;
        return waitedNs / 1e6;
    }

    /** Nanoseconds that each thread waited in its life; none of a process that is gone. */
    private Map<String, Long> delays() {
        Map<String, Long> out = new HashMap<>();
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(tasks)) {
            for (Path thread : threads) {
                String told =
                        Files.readString(thread.resolve("schedstat"), StandardCharsets.US_ASCII);
                out.put(thread.getFileName().toString(), Long.parseLong(told.split(" ", 3)[1]));
            }
        } catch (IOException gone) {
            // It ended, or one of its threads did: what was read until then counts.
            return out;
        }
        return out;
    }
}

package dev.musher.ops.attack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Memory and processor of another process, as Linux counts them, since this was made: the memory at
 * its highest of the moments it was looked at. Thread safe.
 */
final class Gauge {

    private final ProcessHandle process;
    private final double atFirstMib;
    private final Duration cpuAtFirst;
    private final long beganNs = System.nanoTime();
    private double highestMib;

    Gauge(ProcessHandle process) throws IOException {
        this.process = process;
        this.atFirstMib = residentMib();
        this.highestMib = atFirstMib;
        this.cpuAtFirst = cpu();
    }

    /** Looks once more. */
    synchronized void look() throws IOException {
        highestMib = Math.max(highestMib, residentMib());
    }

    /** By how much the memory rose. */
    synchronized double grownMib() {
        return highestMib - atFirstMib;
    }

    /** Processor time used since, in percent of one core. */
    double cpuPercent() {
        double passed = (System.nanoTime() - beganNs) / 1e9;
        return cpuMs() / 10.0 / passed;
    }

    /** Processor time used since, ms. */
    double cpuMs() {
        return cpu().minus(cpuAtFirst).toMillis();
    }

    private Duration cpu() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    private double residentMib() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
            if (line.startsWith("RssAnon:")) {
                return Long.parseLong(line.split("\\s+")[1]) / 1024.0;
            }
        }
        throw new IOException("process " + process.pid() + " tells no memory: is it gone?");
    }
}

package dev.musher.ops.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * What callers were told, a line a request, in a file outside of the victim's home: with a breach
 * it is the evidence. Thread safe.
 */
final class AckLog implements AutoCloseable {

    private final Writer out;
    private long acknowledged;

    /** Begins a new file. */
    AckLog(Path file) throws IOException {
        out = Files.newBufferedWriter(file);
    }

    /** The request was answered: it is done, in this change. */
    void acknowledged(Write write, String change) {
        line("ack " + write.key() + " " + change);
        synchronized (this) {
            acknowledged++;
            notifyAll();
        }
    }

    /** Waits until so many requests were answered; whether they were. */
    synchronized boolean await(long requests, long withinMs) throws InterruptedException {
        long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(withinMs);
        while (acknowledged < requests) {
            long leftNs = endNs - System.nanoTime();
            if (leftNs <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, leftNs);
        }
        return true;
    }

    /** How many requests were answered. */
    synchronized long acknowledged() {
        return acknowledged;
    }

    /** No answer came. */
    void unknown(Write write) {
        line("unknown " + write.key());
    }

    /** A cycle begins. */
    void cycle(int cycle, long killAfterMs) {
        line("cycle " + cycle + " kill after " + killAfterMs + " ms");
    }

    @Override
    public void close() throws IOException {
        out.close();
    }

    private synchronized void line(String text) {
        try {
            out.write(text + "\n");
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("the log of acknowledgements cannot be written", e);
        }
    }
}

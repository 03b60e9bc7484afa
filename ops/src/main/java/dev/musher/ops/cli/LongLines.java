package dev.musher.ops.cli;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a text that need not be trusted: of one that is too long the beginning is given and
 * the rest passed over, so that a line without an end is no more than a damaged one. Throws {@link
 * UncheckedIOException}. Not thread safe.
 */
final class LongLines implements Iterator<String> {

    private final Reader in;
    private final int most;

    /** A reader takes a lock for each call: letters one by one would cost ten times as much. */
    private final char[] buffer = new char[1 << 15];

    private int at;
    private int end;
    private @Nullable String next;
    private boolean ended;

    /**
     * @param in closed by its owner
     * @param most characters of a line; one more is given of a line that has more
     */
    LongLines(Reader in, int most) {
        this.in = in;
        this.most = most;
    }

    @Override
    public boolean hasNext() {
        if (next == null && !ended) {
            try {
                next = line();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            ended = next == null;
        }
        return next != null;
    }

    @Override
    public String next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        String out = next;
        next = null;
        return out == null ? "" : out;
    }

    private @Nullable String line() throws IOException {
        StringBuilder out = null;
        while (true) {
            if (at == end && !fill()) {
                return out == null ? null : out.toString();
            }
            int from = at;
            while (at < end && buffer[at] != '\n') {
                at++;
            }
            out = out == null ? new StringBuilder(at - from) : out;
            out.append(buffer, from, Math.min(at - from, most + 1 - out.length()));
            if (at < end) {
                at++;
                return out.toString();
            }
        }
    }

    private boolean fill() throws IOException {
        at = 0;
        end = Math.max(0, in.read(buffer));
        return end > 0;
    }
}

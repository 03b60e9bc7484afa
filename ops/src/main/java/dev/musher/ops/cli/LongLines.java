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
    private @Nullable String next;
    private boolean ended;

    /**
     * @param in buffered; closed by its owner
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
        StringBuilder out = new StringBuilder();
        boolean any = false;
        for (int c = in.read(); c >= 0; c = in.read()) {
            any = true;
            if (c == '\n') {
                break;
            }
            if (out.length() <= most) {
                out.append((char) c);
            }
        }
        return any ? out.toString() : null;
    }
}

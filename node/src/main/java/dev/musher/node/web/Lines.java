package dev.musher.node.web;

import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import java.util.function.BiConsumer;
import java.util.function.LongConsumer;

/**
 * Cuts a stream of bytes into lines. A line longer than its bound is passed over and reported, so
 * that one bad line costs nobody else's. Not thread safe.
 */
final class Lines {

    private final int maxBytes;
    private final BiConsumer<Long, byte[]> onLine;
    private final LongConsumer onTooLong;
    private byte[] line = new byte[1024];
    private int size;
    private boolean tooLong;
    private long number = 1;

    /**
     * A cutter.
     *
     * @param onLine gets the number of each line, from 1, and its bytes without the break; blank
     *     ones are left out
     * @param onTooLong gets the number of each line that was passed over
     */
    Lines(int maxBytes, BiConsumer<Long, byte[]> onLine, LongConsumer onTooLong) {
        this.maxBytes = maxBytes;
        this.onLine = onLine;
        this.onTooLong = onTooLong;
    }

    void feed(Buffer part) {
        byte[] bytes = part.getBytes();
        int from = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                keep(bytes, from, i);
                finish();
                from = i + 1;
            }
        }
        keep(bytes, from, bytes.length);
    }

    /** The last line may lack its break. */
    void end() {
        if (size > 0 || tooLong) {
            finish();
        }
    }

    private void keep(byte[] bytes, int from, int to) {
        if (tooLong || size + to - from > maxBytes) {
            tooLong = true;
            size = 0;
            return;
        }
        if (line.length < size + to - from) {
            line =
                    Arrays.copyOf(
                            line, Math.min(maxBytes, Math.max(line.length * 2, size + to - from)));
        }
        System.arraycopy(bytes, from, line, size, to - from);
        size += to - from;
    }

    private void finish() {
        int end = size > 0 && line[size - 1] == '\r' ? size - 1 : size;
        if (tooLong) {
            onTooLong.accept(number);
        } else if (!blank(end)) {
            onLine.accept(number, Arrays.copyOf(line, end));
        }
        number++;
        size = 0;
        tooLong = false;
    }

    private boolean blank(int end) {
        for (int i = 0; i < end; i++) {
            if (line[i] != ' ' && line[i] != '\t') {
                return false;
            }
        }
        return true;
    }
}

package dev.musher.protocol.json;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes JSON as UTF-8 into one growing array, which a server can keep and send again. Commas are
 * put by itself; that every begin has its end is the caller's duty, checked by {@link #toBytes}.
 * Not thread safe.
 */
public final class JsonOut {

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private byte[] buffer;
    private int size;
    private int depth;
    private boolean comma;

    /** Starts empty. */
    public JsonOut() {
        this(512);
    }

    /** Starts empty, with room for about {@code bytes}. */
    public JsonOut(int bytes) {
        buffer = new byte[bytes];
    }

    /**
     * A copy of what was written; {@link IllegalStateException} while an object or array is open.
     */
    public byte[] toBytes() {
        if (depth != 0) {
            throw new IllegalStateException(depth + " objects or arrays were not ended");
        }
        return Arrays.copyOf(buffer, size);
    }

    /** Begins an object. */
    public JsonOut object() {
        return open('{');
    }

    /** Ends an object. */
    public JsonOut endObject() {
        return close('}');
    }

    /** Begins an array. */
    public JsonOut array() {
        return open('[');
    }

    /** Ends an array. */
    public JsonOut endArray() {
        return close(']');
    }

    /** The name of the next member. */
    public JsonOut name(String name) {
        separate();
        quoted(name);
        put((byte) ':');
        comma = false;
        return this;
    }

    /** A string, or null. */
    public JsonOut value(@Nullable String text) {
        if (text == null) {
            return nothing();
        }
        separate();
        quoted(text);
        comma = true;
        return this;
    }

    /** A number. */
    public JsonOut value(long number) {
        return ascii(Long.toString(number));
    }

    /** True or false. */
    public JsonOut value(boolean flag) {
        return ascii(flag ? "true" : "false");
    }

    /** Null. */
    public JsonOut nothing() {
        return ascii("null");
    }

    /** A time as RFC 3339 in UTC. */
    public JsonOut time(long ms) {
        return value(Instant.ofEpochMilli(ms).toString());
    }

    /** One JSON value that is written already. */
    public JsonOut raw(byte[] json) {
        separate();
        ensure(json.length);
        System.arraycopy(json, 0, buffer, size, json.length);
        size += json.length;
        comma = true;
        return this;
    }

    /** A member with a string, or null. */
    public JsonOut member(String name, @Nullable String text) {
        return name(name).value(text);
    }

    /** A member with a number. */
    public JsonOut member(String name, long number) {
        return name(name).value(number);
    }

    /** A member with true or false. */
    public JsonOut member(String name, boolean flag) {
        return name(name).value(flag);
    }

    /** A member with an array of strings. */
    public JsonOut member(String name, Iterable<String> texts) {
        name(name).array();
        texts.forEach(this::value);
        return endArray();
    }

    private JsonOut open(char c) {
        separate();
        put((byte) c);
        depth++;
        comma = false;
        return this;
    }

    private JsonOut close(char c) {
        put((byte) c);
        depth--;
        comma = true;
        return this;
    }

    private void separate() {
        if (comma) {
            put((byte) ',');
        }
    }

    private JsonOut ascii(String text) {
        separate();
        ensure(text.length());
        for (int i = 0; i < text.length(); i++) {
            buffer[size++] = (byte) text.charAt(i);
        }
        comma = true;
        return this;
    }

    private void quoted(String text) {
        int length = text.length();
        // The longest form is an escape of six bytes for one UTF-16 unit.
        ensure(length * 6 + 2);
        buffer[size++] = '"';
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c >= 0x20 && c < 0x7f && c != '"' && c != '\\') {
                buffer[size++] = (byte) c;
            } else if (c < 0x80) {
                escape(c);
            } else {
                i += utf8(text, i) - 1;
            }
        }
        buffer[size++] = '"';
    }

    private void escape(char c) {
        buffer[size++] = '\\';
        switch (c) {
            case '"', '\\' -> buffer[size++] = (byte) c;
            case '\n' -> buffer[size++] = 'n';
            case '\r' -> buffer[size++] = 'r';
            case '\t' -> buffer[size++] = 't';
            default -> {
                buffer[size++] = 'u';
                buffer[size++] = '0';
                buffer[size++] = '0';
                buffer[size++] = HEX[c >> 4];
                buffer[size++] = HEX[c & 15];
            }
        }
    }

    /** Writes the character at {@code i}; answers how many UTF-16 units it took. */
    private int utf8(String text, int i) {
        int point = text.codePointAt(i);
        if (point >= 0x1_0000) {
            buffer[size++] = (byte) (0xf0 | point >> 18);
            buffer[size++] = (byte) (0x80 | point >> 12 & 63);
            buffer[size++] = (byte) (0x80 | point >> 6 & 63);
            buffer[size++] = (byte) (0x80 | point & 63);
            return 2;
        }
        if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
            // Half a pair has no UTF-8 form; no decoder of ours lets one in.
            point = 0xfffd;
        }
        if (point < 0x800) {
            buffer[size++] = (byte) (0xc0 | point >> 6);
        } else {
            buffer[size++] = (byte) (0xe0 | point >> 12);
            buffer[size++] = (byte) (0x80 | point >> 6 & 63);
        }
        buffer[size++] = (byte) (0x80 | point & 63);
        return 1;
    }

    private void put(byte b) {
        ensure(1);
        buffer[size++] = b;
    }

    private void ensure(int more) {
        if (buffer.length - size < more) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, size + more));
        }
    }
}

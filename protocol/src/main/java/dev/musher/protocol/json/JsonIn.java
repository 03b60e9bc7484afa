package dev.musher.protocol.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.musher.crdt.change.Malformed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON text strictly: UTF-8 only, no duplicate members, no numbers that JSON does not
 * have, no lone surrogates, and a bound on everything. Each refusal is a {@link Malformed} that
 * names the path. The parser's own defaults leave the length of the document and the number of
 * tokens unlimited, so all bounds are set here. Not thread safe; one per text.
 */
public final class JsonIn {

    /** Bytes of one JSON text: more is refused before it is parsed. */
    public static final int DOCUMENT_BYTES = 1 << 20;

    /** Characters of one string. A body of 48 KiB may be written with six characters each. */
    static final int STRING_CHARS = 64 * 1024;

    private static final int TOKENS = 20_000;
    private static final int DEPTH = 16;
    private static final int NAME_CHARS = 100;
    private static final int NUMBER_CHARS = 30;
    private static final int PIECE_CHARS = 4 * 1024;

    private static final JsonFactory FACTORY =
            new JsonFactoryBuilder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxDocumentLength(DOCUMENT_BYTES)
                                    .maxTokenCount(TOKENS)
                                    .maxNestingDepth(DEPTH)
                                    .maxStringLength(STRING_CHARS)
                                    .maxNameLength(NAME_CHARS)
                                    .maxNumberLength(NUMBER_CHARS)
                                    .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    // Names from outside must not grow tables that outlive the text.
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                    .build();

    /** Called for each member of an object, with the reader standing at its value. */
    @FunctionalInterface
    public interface Member {
        /** Reads the value of the member, exactly that. */
        void read(String name);
    }

    private final JsonParser parser;

    private JsonIn(JsonParser parser) {
        this.parser = parser;
    }

    /** A reader that stands at the only value of {@code utf8}. */
    public static JsonIn of(byte[] utf8) {
        if (utf8.length > DOCUMENT_BYTES) {
            throw new Malformed(
                    "JSON text of " + utf8.length + " bytes, at most " + DOCUMENT_BYTES);
        }
        requireUtf8(utf8);
        try {
            JsonIn in = new JsonIn(FACTORY.createParser(utf8));
            in.next();
            return in;
        } catch (IOException e) {
            throw malformed(e);
        }
    }

    /**
     * Looks at all of it, a piece at a time: a text that is refused at its first words must not
     * have been copied whole before. Without a mark of the byte order and without zeros nothing can
     * be taken for another encoding, and JSON has neither.
     */
    private static void requireUtf8(byte[] utf8) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(utf8);
        CharBuffer piece = CharBuffer.allocate(PIECE_CHARS);
        boolean clean = utf8.length == 0 || utf8[0] > 0;
        for (byte each : utf8) {
            clean &= each != 0;
        }
        CoderResult last;
        do {
            last = decoder.decode(in, piece.clear(), true);
        } while (last.isOverflow());
        if (last.isError() || !clean) {
            throw new Malformed("JSON text is not valid UTF-8");
        }
    }

    /** Reads an object; {@code path} names it in refusals. */
    public void object(String path, Member member) {
        expect(path, JsonToken.START_OBJECT, "an object");
        while (next() == JsonToken.FIELD_NAME) {
            String name = clean(path, name());
            next();
            member.read(name);
        }
    }

    /** Refuses anything after the value. Call it when the outermost value is read. */
    public void end() {
        if (next() != null) {
            throw new Malformed("JSON text goes on after its value");
        }
    }

    /** Whether null stands here. */
    public boolean isNull() {
        return parser.currentToken() == JsonToken.VALUE_NULL;
    }

    /** A string of at most {@code maxChars} UTF-16 units. */
    public String text(String path, int maxChars) {
        expect(path, JsonToken.VALUE_STRING, "a string");
        String out = clean(path, string());
        if (out.length() > maxChars) {
            throw new Malformed(path + ": " + out.length() + " characters, at most " + maxChars);
        }
        return out;
    }

    /** A string of at most {@code maxChars} UTF-16 units that is not blank. */
    public String name(String path, int maxChars) {
        String out = text(path, maxChars);
        if (out.isBlank()) {
            throw new Malformed(path + ": blank");
        }
        return out;
    }

    /** A string of at most {@code maxBytes} bytes of UTF-8. */
    public String utf8(String path, int maxBytes) {
        String out = text(path, STRING_CHARS);
        int bytes = out.length() * 3 <= maxBytes ? 0 : out.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > maxBytes) {
            throw new Malformed(path + ": " + bytes + " bytes of UTF-8, at most " + maxBytes);
        }
        return out;
    }

    /** A whole number in {@code min..max}. */
    public long number(String path, long min, long max) {
        expect(path, JsonToken.VALUE_NUMBER_INT, "a whole number");
        String digits = string();
        // Longer than any long: not parsed at all, so that its length cannot cost time.
        if (digits.length() > 19) {
            throw new Malformed(path + ": outside " + min + ".." + max);
        }
        long out = Long.parseLong(digits);
        if (out < min || out > max) {
            throw new Malformed(path + ": " + out + " is outside " + min + ".." + max);
        }
        return out;
    }

    /** True or false. */
    public boolean flag(String path) {
        JsonToken token = parser.currentToken();
        if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
            throw wrong(path, "true or false");
        }
        return token == JsonToken.VALUE_TRUE;
    }

    /** Milliseconds since 1970 UTC: a number, or a time of RFC 3339 with an offset. */
    public long time(String path) {
        if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
            return number(path, 0, Long.MAX_VALUE);
        }
        String text = text(path, 40);
        try {
            return times(path, text);
        } catch (DateTimeException | ArithmeticException e) {
            throw new Malformed(path + ": '" + text + "' is not a time like 2026-01-31T12:00:00Z");
        }
    }

    /** Strings that are not blank: at most {@code max} of {@code maxChars} each. */
    public List<String> names(String path, int max, int maxChars) {
        expect(path, JsonToken.START_ARRAY, "an array of strings");
        List<String> out = new ArrayList<>();
        while (next() != JsonToken.END_ARRAY) {
            if (out.size() == max) {
                throw new Malformed(path + ": more than " + max + " elements");
            }
            out.add(name(path + "[" + out.size() + "]", maxChars));
        }
        return out;
    }

    private static long times(String path, String text) {
        long ms = Instant.parse(text).toEpochMilli();
        if (ms < 0) {
            throw new Malformed(path + ": before 1970");
        }
        return ms;
    }

    private @Nullable JsonToken next() {
        try {
            return parser.nextToken();
        } catch (IOException e) {
            throw malformed(e);
        }
    }

    private String name() {
        try {
            return parser.currentName();
        } catch (IOException e) {
            throw malformed(e);
        }
    }

    private String string() {
        try {
            return parser.getText();
        } catch (IOException e) {
            throw malformed(e);
        }
    }

    private void expect(String path, JsonToken token, String what) {
        if (parser.currentToken() != token) {
            throw wrong(path, what);
        }
    }

    private Malformed wrong(String path, String expected) {
        return new Malformed(path + ": expected " + expected + ", found " + found());
    }

    private String found() {
        JsonToken token = parser.currentToken();
        if (token == null) {
            return "nothing";
        }
        return switch (token) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_STRING -> "a string";
            case VALUE_NUMBER_INT -> "a whole number";
            case VALUE_NUMBER_FLOAT -> "a number with a fraction";
            case VALUE_TRUE, VALUE_FALSE -> "true or false";
            case VALUE_NULL -> "null";
            case END_OBJECT, END_ARRAY, FIELD_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
                    "nothing";
        };
    }

    /**
     * JSON can escape half a surrogate pair; it has no UTF-8 form and would not survive a store.
     */
    private static String clean(String path, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                boolean pair =
                        Character.isHighSurrogate(c)
                                && i + 1 < text.length()
                                && Character.isLowSurrogate(text.charAt(i + 1));
                if (!pair) {
                    throw new Malformed(path + ": half a surrogate pair at character " + i);
                }
                i++;
            }
        }
        return text;
    }

    private static Malformed malformed(IOException e) {
        if (e instanceof JsonProcessingException p && p.getLocation() != null) {
            return new Malformed(
                    "not JSON as expected: "
                            + p.getOriginalMessage()
                            + " (line "
                            + p.getLocation().getLineNr()
                            + ", column "
                            + p.getLocation().getColumnNr()
                            + ")");
        }
        return new Malformed("not JSON as expected: " + e.getMessage());
    }
}

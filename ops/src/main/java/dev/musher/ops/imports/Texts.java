package dev.musher.ops.imports;

import dev.musher.crdt.change.Limits;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Fits foreign text into our bounds without losing any of it. */
final class Texts {

    private Texts() {}

    /**
     * The first {@link Limits#NAME_CHARS} characters on one line; {@code "(no title)"} for nothing.
     */
    static String name(String title) {
        String line = whole(title).replaceAll("\\s+", " ").strip();
        if (line.isEmpty()) {
            return "(no title)";
        }
        if (line.length() <= Limits.NAME_CHARS) {
            return line;
        }
        int end = Limits.NAME_CHARS - 1;
        return line.substring(0, Character.isHighSurrogate(line.charAt(end - 1)) ? end - 1 : end)
                + "…";
    }

    /** Pieces of at most {@code maxBytes} of UTF-8 that make up {@code text} again. */
    static List<String> pieces(String text, int maxBytes) {
        List<String> out = new ArrayList<>();
        String rest = whole(text);
        while (rest.getBytes(StandardCharsets.UTF_8).length > maxBytes) {
            int end = 0;
            int bytes = 0;
            while (true) {
                int point = rest.codePointAt(end);
                int width = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
                if (bytes + width > maxBytes) {
                    break;
                }
                bytes += width;
                end += Character.charCount(point);
            }
            int line = rest.lastIndexOf('\n', end - 1);
            int cut = line > end / 2 ? line + 1 : end;
            out.add(rest.substring(0, cut));
            rest = rest.substring(cut);
        }
        if (!rest.isBlank()) {
            out.add(rest);
        }
        return out;
    }

    /** Milliseconds since 1970 of an ISO 8601 time with any offset; empty where it is not one. */
    static OptionalLong time(String iso) {
        try {
            return OptionalLong.of(
                    Math.max(0, OffsetDateTime.parse(iso).toInstant().toEpochMilli()));
        } catch (DateTimeParseException e) {
            return OptionalLong.empty();
        }
    }

    /** Half a surrogate pair has no UTF-8 form; it becomes U+FFFD. */
    static String whole(String text) {
        StringBuilder out = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean pair =
                    Character.isHighSurrogate(c)
                            && i + 1 < text.length()
                            && Character.isLowSurrogate(text.charAt(i + 1));
            if (pair) {
                i++;
            } else if (Character.isSurrogate(c)) {
                out = out == null ? new StringBuilder(text) : out;
                out.setCharAt(i, '\ufffd');
            }
        }
        return out == null ? text : out.toString();
    }
}

package dev.musher.ops.imports;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;

/** Reads files of one JSON object a line. Bad lines are counted and named, the rest is read. */
final class JsonLines {

    private static final int LINE_CHARS = 16 * 1024 * 1024;

    private static final ObjectMapper JSON = mapper();

    private JsonLines() {}

    /**
     * Hands each object with its name (file and line) to {@code each}.
     *
     * @throws IOException when the file cannot be read
     */
    static void read(Path file, Tally lost, BiConsumer<ObjectNode, String> each)
            throws IOException {
        any(
                file,
                lost,
                (object, where) -> {
                    each.accept(object, where);
                    return false;
                });
    }

    /**
     * Whether an object of the file is as looked for; reads no further than the first.
     *
     * @throws IOException when the file cannot be read
     */
    static boolean any(Path file, Tally lost, BiPredicate<ObjectNode, String> looked)
            throws IOException {
        var decoder =
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPLACE)
                        .onUnmappableCharacter(CodingErrorAction.REPLACE);
        try (BufferedReader in =
                new BufferedReader(new InputStreamReader(Files.newInputStream(file), decoder))) {
            StringBuilder line = new StringBuilder();
            for (int number = 1; next(in, line); number++) {
                String where = file.getFileName() + " line " + number;
                String text = line.toString();
                if (text.isBlank()) {
                    continue;
                }
                if (text.length() > LINE_CHARS) {
                    lost.add("line_too_long", where);
                } else if (parse(text) instanceof ObjectNode object) {
                    if (looked.test(object, where)) {
                        return true;
                    }
                } else {
                    lost.add("not_a_json_object", where);
                }
            }
        }
        return false;
    }

    /** The next line, of which no more than one letter over the bound is held; false at the end. */
    private static boolean next(BufferedReader in, StringBuilder line) throws IOException {
        line.setLength(0);
        int c = in.read();
        if (c < 0) {
            return false;
        }
        for (; c >= 0 && c != '\n'; c = in.read()) {
            if (line.length() <= LINE_CHARS) {
                line.append((char) c);
            }
        }
        return true;
    }

    private static @org.jspecify.annotations.Nullable JsonNode parse(String line) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException e) {
            return null; // the caller counts and names the line
        }
    }

    private static ObjectMapper mapper() {
        JsonFactory factory =
                JsonFactory.builder()
                        .streamReadConstraints(
                                StreamReadConstraints.builder()
                                        .maxNestingDepth(64)
                                        .maxStringLength(LINE_CHARS)
                                        .maxNumberLength(100)
                                        .build())
                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        .build();
        factory.enable(JsonParser.Feature.AUTO_CLOSE_SOURCE);
        return new ObjectMapper(factory);
    }

    /** The text of a field; empty for nothing; numbers and flags as they are written. */
    static String text(JsonNode object, String field) {
        JsonNode value = object.get(field);
        return value == null || value.isNull()
                ? ""
                : value.isValueNode() ? value.asText() : value.toString();
    }
}

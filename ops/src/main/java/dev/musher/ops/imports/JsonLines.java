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
        var decoder =
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPLACE)
                        .onUnmappableCharacter(CodingErrorAction.REPLACE);
        try (BufferedReader in =
                new BufferedReader(new InputStreamReader(Files.newInputStream(file), decoder))) {
            int number = 0;
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                number++;
                String where = file.getFileName() + " line " + number;
                if (line.isBlank()) {
                    continue;
                }
                if (line.length() > LINE_CHARS) {
                    lost.add("line_too_long", where);
                    continue;
                }
                JsonNode node = parse(line);
                if (node instanceof ObjectNode object) {
                    each.accept(object, where);
                } else {
                    lost.add("not_a_json_object", where);
                }
            }
        }
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

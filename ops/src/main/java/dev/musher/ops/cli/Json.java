package dev.musher.ops.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.musher.protocol.json.JsonOut;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A JSON value as a node answered it, read without data binding: that alone would double the time
 * of a short command. What is not there reads as nothing, so that a command meets an older node
 * without failing. Immutable.
 */
public final class Json {

    /** What is not there. */
    public static final Json NOTHING = new Json(null);

    private static final JsonFactory FACTORY =
            new JsonFactoryBuilder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(64)
                                    .maxStringLength(4 << 20)
                                    .build())
                    .build();

    private final @Nullable Object value;

    private Json(@Nullable Object value) {
        this.value = value;
    }

    /**
     * Reads one value.
     *
     * @throws IOException where {@code utf8} is not one JSON value
     */
    public static Json read(byte[] utf8) throws IOException {
        try (JsonParser parser = FACTORY.createParser(utf8)) {
            if (parser.nextToken() == null) {
                throw new IOException("an empty answer where JSON was expected");
            }
            Json out = new Json(value(parser));
            if (parser.nextToken() != null) {
                throw new IOException("more than one JSON value");
            }
            return out;
        }
    }

    /** A value made of maps, lists, strings, numbers and flags. */
    public static Json of(@Nullable Object value) {
        return new Json(value);
    }

    /** A member of an object. */
    public Json at(String name) {
        return value instanceof Map<?, ?> map && map.get(name) != null
                ? new Json(map.get(name))
                : NOTHING;
    }

    /** Whether it is there and not null. */
    public boolean exists() {
        return value != null;
    }

    /** Elements of an array; none of anything else. */
    public List<Json> items() {
        return value instanceof List<?> list ? list.stream().map(Json::new).toList() : List.of();
    }

    /** Names of the members of an object, in their order. */
    public Set<String> names() {
        return members().keySet();
    }

    /** The members of an object, in their order; none of anything else. */
    @SuppressWarnings("unchecked") // made by this class: the keys are strings
    public Map<String, Object> members() {
        return value instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
    }

    /** As text for people: a string as it is, nothing as empty, the rest as JSON. */
    public String text() {
        return switch (value) {
            case null -> "";
            case String s -> s;
            default -> toString();
        };
    }

    /** As text, or {@code otherwise} where it is not there. */
    public String text(String otherwise) {
        return exists() ? text() : otherwise;
    }

    /** As a whole number; 0 where it is none. */
    public long number() {
        return value instanceof Number n ? n.longValue() : 0;
    }

    /** Whether it is {@code true}. */
    public boolean flag() {
        return Boolean.TRUE.equals(value);
    }

    /** Whether it is an array. */
    public boolean isList() {
        return value instanceof List<?>;
    }

    /** Whether it is an object. */
    public boolean isObject() {
        return value instanceof Map<?, ?>;
    }

    /** The JSON text on one line. */
    @Override
    public String toString() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    /** The JSON text on one line, UTF-8. */
    public byte[] bytes() {
        JsonOut out = new JsonOut();
        write(out, value);
        return out.toBytes();
    }

    private static void write(JsonOut out, @Nullable Object value) {
        switch (value) {
            case null -> out.nothing();
            case Json json -> write(out, json.value);
            case String s -> out.value(s);
            case Boolean b -> out.value(b);
            case Double d -> out.raw(d.toString().getBytes(StandardCharsets.US_ASCII));
            case Number n -> out.value(n.longValue());
            case Map<?, ?> map -> {
                out.object();
                map.forEach((k, v) -> {
                    out.name(String.valueOf(k));
                    write(out, v);
                });
                out.endObject();
            }
            case Iterable<?> list -> {
                out.array();
                list.forEach(v -> write(out, v));
                out.endArray();
            }
            default -> throw new IllegalArgumentException("no JSON form of " + value.getClass());
        }
    }

    private static @Nullable Object value(JsonParser parser) throws IOException {
        JsonToken token = parser.currentToken();
        return switch (token) {
            case START_OBJECT -> {
                Map<String, @Nullable Object> map = new LinkedHashMap<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = parser.currentName();
                    parser.nextToken();
                    map.put(name, value(parser));
                }
                yield map;
            }
            case START_ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    list.add(value(parser));
                }
                yield list;
            }
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT -> parser.getLongValue();
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> throw new IOException("JSON is cut off");
        };
    }
}

package dev.musher.protocol.crypto;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The pinned test vectors of {@code ed25519-vectors.json}, each set with its source named there.
 */
final class Vectors {
    /** A signature and the verdict every node must reach. */
    record Signature(String id, byte[] key, byte[] signature, byte[] message, boolean valid) {
        @Override
        public String toString() {
            return id;
        }
    }

    private static final HexFormat HEX = HexFormat.of();

    private Vectors() {}

    /** All signatures with a fixed verdict. */
    static List<Signature> signatures() {
        List<Signature> all = new ArrayList<>();
        for (Object set : list(root().get("sets"))) {
            for (Object one : list(map(set).get("vectors"))) {
                Map<String, Object> vector = map(one);
                String id = vector.get("id") + ": " + vector.get("why");
                boolean valid = Boolean.TRUE.equals(vector.get("valid"));
                byte[] signature = bytes(vector, "signature");
                all.add(
                        new Signature(
                                id,
                                bytes(vector, "key"),
                                signature,
                                bytes(vector, "message"),
                                valid));
            }
        }
        return all;
    }

    /** The signing tests of RFC 8032: maps with seed, key, message and signature. */
    static List<Map<String, Object>> rfc8032() {
        return list(map(root().get("rfc8032")).get("vectors")).stream().map(Vectors::map).toList();
    }

    /** Public keys that must never be enrolled: maps with key and why. */
    static List<Map<String, Object>> refusedKeys() {
        return list(map(root().get("refusedKeys")).get("keys")).stream().map(Vectors::map).toList();
    }

    static byte[] bytes(Map<String, Object> vector, String field) {
        return HEX.parseHex((String) Objects.requireNonNull(vector.get(field)));
    }

    private static Map<String, Object> root() {
        try (InputStream in = Vectors.class.getResourceAsStream("ed25519-vectors.json");
                JsonParser json = new JsonFactory().createParser(in)) {
            json.nextToken();
            return map(value(json));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The value the parser stands on, as maps, lists, strings and booleans. */
    private static Object value(JsonParser json) throws IOException {
        switch (json.currentToken()) {
            case START_OBJECT -> {
                Map<String, Object> fields = new LinkedHashMap<>();
                while (json.nextToken() != JsonToken.END_OBJECT) {
                    String name = json.currentName();
                    json.nextToken();
                    fields.put(name, value(json));
                }
                return fields;
            }
            case START_ARRAY -> {
                List<Object> values = new ArrayList<>();
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    values.add(value(json));
                }
                return values;
            }
            case VALUE_TRUE, VALUE_FALSE -> {
                return json.getBooleanValue();
            }
            default -> {
                return json.getText();
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }

    @SuppressWarnings("unchecked")
    private static List<Object> list(Object value) {
        return (List<Object>) value;
    }
}

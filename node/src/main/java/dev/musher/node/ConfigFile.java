package dev.musher.node;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** A TOML file of settings: top-level names with a text, a number, or a list of texts. */
final class ConfigFile {

    private ConfigFile() {}

    /**
     * The settings in a file; none if there is no file. {@link ConfigException} if it is damaged.
     */
    static SortedMap<String, String> read(Path file) {
        SortedMap<String, String> out = new TreeMap<>();
        if (!Files.isRegularFile(file)) {
            return out;
        }
        JsonNode root;
        try {
            root = new TomlMapper().readTree(Files.readString(file, StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            throw new ConfigException(file + " is not TOML: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new ConfigException(file + " cannot be read: " + e.getMessage());
        }
        for (Map.Entry<String, JsonNode> entry : root.properties()) {
            out.put(entry.getKey(), text(file, entry.getKey(), entry.getValue()));
        }
        return out;
    }

    private static String text(Path file, String name, JsonNode value) {
        if (value.isArray()) {
            List<String> parts = new ArrayList<>();
            value.forEach(part -> parts.add(text(file, name, part)));
            return String.join(",", parts);
        }
        if (!value.isValueNode()) {
            throw new ConfigException("`" + name + "` in " + file + " is a table; it is one value");
        }
        return value.asText();
    }
}

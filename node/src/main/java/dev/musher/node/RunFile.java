package dev.musher.node;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * {@code run.json} of a home: how commands find the daemon. Written when it is ready, deleted when
 * it ends; after a kill the old one stays, so a reader asks whether the process lives.
 *
 * @param pid of the daemon
 * @param http where it listens, for example {@code http://127.0.0.1:4000}
 */
public record RunFile(long pid, String http) {

    private static final String NAME = "run.json";

    /** What the file in a home says, if there is one that can be read. */
    public static Optional<RunFile> read(Path home) {
        try {
            JsonNode root =
                    new ObjectMapper()
                            .readTree(Files.readString(home.resolve(NAME), StandardCharsets.UTF_8));
            return Optional.of(new RunFile(root.path("pid").asLong(), root.path("http").asText()));
        } catch (NoSuchFileException | JsonProcessingException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new HomeException(home.resolve(NAME) + " cannot be read: " + e.getMessage(), e);
        }
    }

    void write(Path home) throws IOException {
        ObjectNode root = new ObjectMapper().createObjectNode();
        root.put("pid", pid);
        root.put("http", http);
        AtomicFile.write(home.resolve(NAME), (root + "\n").getBytes(StandardCharsets.UTF_8));
    }

    static void delete(Path home) throws IOException {
        Files.deleteIfExists(home.resolve(NAME));
    }
}

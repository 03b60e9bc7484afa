package dev.musher.node;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.musher.crdt.change.Malformed;
import dev.musher.protocol.sync.Fingerprint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code run.json} of a home: how commands find the daemon. Written when it is ready, deleted when
 * it ends; after a kill the old one stays, so a reader asks whether the process lives.
 *
 * @param pid of the daemon
 * @param http where it listens, for example {@code http://127.0.0.1:4000}
 * @param certificate what it shows there, which commands insist on; null without TLS
 */
public record RunFile(long pid, String http, @Nullable Fingerprint certificate) {

    private static final String NAME = "run.json";

    /** What the file in a home says, if there is one that can be read. */
    public static Optional<RunFile> read(Path home) {
        try {
            JsonNode root =
                    new ObjectMapper()
                            .readTree(Files.readString(home.resolve(NAME), StandardCharsets.UTF_8));
            String certificate = root.path("certificate").asText("");
            return Optional.of(
                    new RunFile(
                            root.path("pid").asLong(),
                            root.path("http").asText(),
                            certificate.isEmpty() ? null : Fingerprint.parse(certificate)));
        } catch (NoSuchFileException | JsonProcessingException | Malformed e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new HomeException(home.resolve(NAME) + " cannot be read: " + e.getMessage(), e);
        }
    }

    void write(Path home) throws IOException {
        ObjectNode root = new ObjectMapper().createObjectNode();
        root.put("pid", pid);
        root.put("http", http);
        if (certificate != null) {
            root.put("certificate", certificate.hex());
        }
        AtomicFile.write(home.resolve(NAME), (root + "\n").getBytes(StandardCharsets.UTF_8));
    }

    static void delete(Path home) throws IOException {
        Files.deleteIfExists(home.resolve(NAME));
    }
}

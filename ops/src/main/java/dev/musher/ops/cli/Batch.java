package dev.musher.ops.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Commands for the batch interface: one JSON object a line out, one line a command back. */
public final class Batch {

    private static final String PATH = "/api/v1/batch";
    private static final String TYPE = "application/x-ndjson";

    private Batch() {}

    /** Carries out one command; its refusal is a {@link Failure}. */
    static Json one(NodeClient node, Map<String, ?> command) {
        Json answer = send(node, PATH, List.of(Json.of(command)), "").get(0);
        if (answer.at("status").number() >= 400) {
            throw Failure.of((int) answer.at("status").number(), answer);
        }
        return answer;
    }

    /**
     * Carries out commands in order and answers each, refusals too. Sent twice, the same commands
     * are carried out once: the key of the request is the hash of its bytes and of {@code salt}.
     *
     * @param path of the batch interface, as a gateway has one for each project
     * @param salt tells apart what is meant to be done again
     */
    public static List<Json> send(NodeClient node, String path, List<Json> commands, String salt) {
        StringBuilder lines = new StringBuilder();
        commands.forEach(c -> lines.append(c).append('\n'));
        byte[] body = lines.toString().getBytes(StandardCharsets.UTF_8);
        String key = salt.isEmpty() ? null : salt + "-" + hash(body);
        byte[] answer = node.write("POST", path, TYPE, body, key);
        List<Json> out = new ArrayList<>();
        try {
            for (String line : new String(answer, StandardCharsets.UTF_8).lines().toList()) {
                if (!line.isBlank()) {
                    out.add(Json.read(line.getBytes(StandardCharsets.UTF_8)));
                }
            }
        } catch (IOException e) {
            throw new Failure(Failure.FAILED, "the answer to a batch is damaged: " + e, e);
        }
        if (out.size() != commands.size()) {
            throw new Failure(
                    Failure.FAILED,
                    out.size() + " answers to " + commands.size() + " commands: run it again");
        }
        return out;
    }

    private static String hash(byte[] body) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(body);
            return HexFormat.of().formatHex(hash, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}

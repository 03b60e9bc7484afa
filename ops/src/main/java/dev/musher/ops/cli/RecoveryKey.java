package dev.musher.ops.cli;

import dev.musher.crdt.change.Change;
import dev.musher.crdt.change.ChangeCodec;
import dev.musher.crdt.change.DeviceId;
import dev.musher.crdt.change.Op;
import dev.musher.protocol.crypto.Domain;
import dev.musher.protocol.crypto.Ed25519Signer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The offline key of a project. It stays in this process: a node drafts the change, here it is read
 * and signed, and the node is given the signature.
 */
final class RecoveryKey {

    private final Ed25519Signer signer;

    private RecoveryKey(Ed25519Signer signer) {
        this.signer = signer;
    }

    /**
     * Reads what {@code up} showed once: 64 hexadecimal digits.
     *
     * @throws Failure where the file holds nothing of the kind
     */
    static RecoveryKey read(Path file) {
        try {
            byte[] seed =
                    HexFormat.of()
                            .parseHex(Files.readString(file, StandardCharsets.US_ASCII).strip());
            if (seed.length == Ed25519Signer.SEED_BYTES) {
                return new RecoveryKey(new Ed25519Signer(seed));
            }
        } catch (IOException e) {
            throw new Failure(Failure.USAGE, file + " cannot be read: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new Failure(
                    Failure.USAGE,
                    file + " does not hold a recovery key: it is 64 hexadecimal digits",
                    e);
        }
        throw new Failure(
                Failure.USAGE, file + " is cut off: a recovery key is 64 hexadecimal digits");
    }

    /**
     * Carries out a command with this home's key, or where a file is given with the recovery key.
     *
     * @param file of the recovery key, or null
     * @param route that takes {@code body} for the home's own key
     * @param op the same as a line of a batch
     * @param expected see {@link #carryOut(NodeClient, Map, Predicate)}
     */
    static Json carryOut(
            @Nullable Path file,
            NodeClient node,
            String route,
            String op,
            Map<String, ?> body,
            Predicate<Op> expected) {
        if (file == null) {
            return node.write("POST", route, body);
        }
        Map<String, Object> line = new LinkedHashMap<>(body);
        line.put("op", op);
        return read(file).carryOut(node, line, expected);
    }

    /**
     * Has a node draft a command, signs the draft and hands it in.
     *
     * @param command as a line of a batch
     * @param expected what the one op of the draft must be: a node that is not to be trusted could
     *     draft something else
     */
    Json carryOut(NodeClient node, Map<String, ?> command, Predicate<Op> expected) {
        DeviceId author = DeviceId.of(signer.publicKey());
        Json draft = node.write("POST", "/api/v1/drafts/" + author.hex(), command);
        String hex = draft.at("change").text();
        Change change = ChangeCodec.read(HexFormat.of().parseHex(hex));
        if (!change.device().equals(author)
                || change.ops().isEmpty()
                || !change.ops().stream().allMatch(expected)) {
            throw new Failure(
                    Failure.FAILED,
                    "the node drafted something else than was asked for: nothing was signed");
        }
        byte[] signature = signer.sign(Domain.CHANGE, change.id().bytes());
        return node.write(
                "POST",
                "/api/v1/changes",
                Map.of("change", hex, "signature", HexFormat.of().formatHex(signature)));
    }
}

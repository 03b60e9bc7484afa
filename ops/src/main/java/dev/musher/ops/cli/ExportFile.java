package dev.musher.ops.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.musher.crdt.change.ChangeCodec;
import dev.musher.crdt.change.ChangeId;
import dev.musher.crdt.change.Malformed;
import dev.musher.crdt.change.Outline;
import dev.musher.node.verify.Found;
import dev.musher.protocol.codec.Signed;
import dev.musher.protocol.codec.SignedCodec;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Iterator;
import java.util.Objects;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Reads what {@code musher export} wrote. Signatures are not checked here. Thread safe. */
public final class ExportFile {

    /**
     * Characters of a line: four times what a change of 64 KiB takes, in base64 and as people see
     * it, every letter escaped.
     */
    private static final int LINE_CHARS = 4 << 20;

    private ExportFile() {}

    /** Whether a file begins like an export. */
    static boolean matches(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try (Reader in = open(file)) {
            char[] head = new char[200];
            int count = in.read(head);
            String begin = count < 0 ? "" : new String(head, 0, count);
            return begin.startsWith("{\"id\":\"") && begin.contains("\"bytes\":\"");
        }
    }

    /** Opens a file: bytes that are no UTF-8 are damage of their line, not the end of it all. */
    static Reader open(Path file) throws IOException {
        return new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8);
    }

    /** The changes of a file that {@code in} reads; {@link Failure} names a damaged line. */
    public static Iterator<Signed> changes(Path file, Reader in) {
        int[] number = {0};
        return lines(in)
                .map(line -> {
                    number[0]++;
                    return line.isBlank() ? null : change(file, number[0], line);
                })
                .filter(Objects::nonNull)
                .iterator();
    }

    /** The same for verifying: a damaged line is told of in its place, and the rest goes on. */
    public static Iterator<Found> found(Reader in) {
        int[] number = {0};
        return lines(in)
                .map(line -> {
                    number[0]++;
                    return line.isBlank() ? null : found("line " + number[0], line);
                })
                .filter(Objects::nonNull)
                .iterator();
    }

    private static Stream<String> lines(Reader in) {
        return StreamSupport.stream(
                Spliterators.spliteratorUnknownSize(
                        new LongLines(in, LINE_CHARS), Spliterator.ORDERED),
                false);
    }

    private static Json json(String line) throws IOException {
        if (line.length() > LINE_CHARS) {
            throw new Malformed("a line of more than " + LINE_CHARS + " characters");
        }
        return Json.read(line.getBytes(StandardCharsets.UTF_8));
    }

    /** What is wrong, without where the reader of JSON thinks that it is or began. */
    private static String why(Exception e) {
        String text =
                String.valueOf(
                        e instanceof JsonProcessingException json
                                ? json.getOriginalMessage()
                                : e.getMessage());
        int place = text.indexOf(" (start marker at [Source");
        return place < 0 ? text : text.substring(0, place);
    }

    private static Found found(String at, String line) {
        try {
            Json json = json(line);
            return Found.line(at, signed(json), ChangeId.parse(json.at("id").text()));
        } catch (IOException | Malformed | IllegalArgumentException e) {
            return Found.unreadable(at, why(e));
        }
    }

    private static Signed signed(Json json) {
        Json signature = json.at("signature");
        byte[] bytes = Base64.getDecoder().decode(json.at("bytes").text());
        return SignedCodec.signed(
                json.at("outline").exists() && json.at("outline").flag()
                        ? Outline.read(bytes)
                        : ChangeCodec.read(bytes),
                signature.exists() ? Base64.getDecoder().decode(signature.text()) : null);
    }

    private static Signed change(Path file, int number, String line) {
        try {
            Json json = json(line);
            Signed out = signed(json);
            if (!out.change().id().equals(ChangeId.parse(json.at("id").text()))) {
                throw damaged(file, number, "its id is not the hash of its bytes", null);
            }
            return out;
        } catch (IOException | Malformed | IllegalArgumentException e) {
            throw damaged(file, number, why(e), e);
        } catch (UncheckedIOException e) {
            throw damaged(file, number, "it cannot be read", e);
        }
    }

    private static Failure damaged(
            Path file, int number, String why, @org.jspecify.annotations.Nullable Exception e) {
        String text = file + ", line " + number + ": " + why + "; nothing was restored";
        return e == null ? new Failure(Failure.FAILED, text) : new Failure(Failure.FAILED, text, e);
    }
}

package dev.musher.protocol.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compares the verifier with {@code src/test/python/ed25519_check.py}, which shares no code with
 * any library: crafted cases made there and judged here, and damaged signatures made here and
 * judged there. Without {@code python3} on the path it fails, unless the system property {@code
 * musher.python} is {@code no}. The number of cases is the system property {@code musher.cases},
 * 500 unless told.
 */
@Tag("T-D16")
class Ed25519SecondDecoderTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final boolean WITHOUT_PYTHON = "no".equals(System.getProperty("musher.python"));
    private static final int CASES = Integer.getInteger("musher.cases", 500);

    @TempDir private Path folder;

    @BeforeEach
    void needsPython() {
        List<Path> path =
                Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":"))
                        .map(Path::of)
                        .toList();
        assumeTrue(!WITHOUT_PYTHON, "left out by -Dmusher.python=no");
        assertTrue(
                path.stream().anyMatch(dir -> Files.isExecutable(dir.resolve("python3"))),
                "no python3 on the path; -Dmusher.python=no leaves the comparison out");
    }

    @Test
    void craftedCasesHaveOneVerdict() throws Exception {
        Ed25519Verifier verifier = new Ed25519Verifier();
        List<String> lines = python("", "generate", "7", String.valueOf(CASES));
        assertEquals(CASES, lines.size());
        int valid = 0;
        for (String line : lines) {
            String[] part = line.split(" ", 5);
            boolean expected = part[3].equals("1");
            assertEquals(
                    expected,
                    verifier.verifyBytes(bytes(part[0]), bytes(part[2]), bytes(part[1])),
                    line);
            valid += expected ? 1 : 0;
        }
        assertTrue(valid > CASES / 10 && valid < CASES * 9 / 10, "both verdicts occur: " + valid);
    }

    @Test
    void damagedSignaturesHaveOneVerdict() throws Exception {
        Random random = new Random(16);
        Ed25519Verifier verifier = new Ed25519Verifier();
        List<String> lines = new ArrayList<>();
        List<String> verdicts = new ArrayList<>();
        for (int i = 0; i < CASES; i++) {
            byte[] seed = new byte[32];
            random.nextBytes(seed);
            byte[] message = new byte[random.nextInt(1, 80)];
            random.nextBytes(message);
            Ed25519Signer signer = new Ed25519Signer(seed);
            byte[] signed = Domain.CHANGE.signedBytes(message);
            byte[][] parts = {signer.publicKey(), signer.sign(Domain.CHANGE, message), signed};
            if (i % 4 != 0) {
                byte[] part = parts[random.nextInt(parts.length)];
                part[random.nextInt(part.length)] ^= (byte) (1 << random.nextInt(8));
            }
            lines.add(
                    HEX.formatHex(parts[0])
                            + " "
                            + HEX.formatHex(parts[1])
                            + " "
                            + HEX.formatHex(parts[2]));
            verdicts.add(verifier.verifyBytes(parts[0], parts[2], parts[1]) ? "1" : "0");
        }
        assertEquals(verdicts, python(String.join("\n", lines) + "\n", "verify"));
        assertTrue(
                IntStream.range(0, CASES)
                        .allMatch(i -> verdicts.get(i).equals(i % 4 == 0 ? "1" : "0")));
    }

    private static byte[] bytes(String hex) {
        return hex.equals("-") ? new byte[0] : HEX.parseHex(hex);
    }

    /**
     * Runs the script and returns its lines. Input and output go through files, so neither side can
     * block.
     */
    private List<String> python(String input, String... arguments)
            throws IOException, InterruptedException {
        Path in = folder.resolve("in");
        Path out = folder.resolve("out");
        Files.writeString(in, input, StandardCharsets.US_ASCII);
        List<String> command = new ArrayList<>(List.of("python3", "-B", script().toString()));
        command.addAll(List.of(arguments));
        Process process =
                new ProcessBuilder(command)
                        .redirectInput(in.toFile())
                        .redirectOutput(out.toFile())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        assertTrue(
                process.waitFor(30 + CASES / 20, TimeUnit.SECONDS),
                "the script takes milliseconds a case");
        assertEquals(0, process.exitValue());
        return Files.readAllLines(out, StandardCharsets.US_ASCII);
    }

    /** Maven runs tests in the module's folder, a developer perhaps at the top. */
    private static Path script() {
        Path inModule = Path.of("src/test/python/ed25519_check.py");
        return Files.exists(inModule) ? inModule : Path.of("protocol").resolve(inModule);
    }
}

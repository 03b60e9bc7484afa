package dev.musher.ops.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.musher.crdt.change.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Runs Jazzer on each target, in a process of its own, for so many seconds. No test of the build:
 * {@code musher test --fuzz} names it. The corpus grows in {@code target/fuzz}; a finding fails the
 * run and stays there as {@code crash-*}.
 *
 * <p>Properties: {@code musher.fuzz.seconds} a target; {@code musher.fuzz.only} one target; {@code
 * musher.fuzz.keep} true writes the smallest corpus that reaches as much into the kept seeds.
 */
class FuzzRun {

    /** Files of more bytes than this are not kept. */
    private static final long KEPT_BYTES = 4_096;

    private static final Path SEEDS = Path.of("src/test/resources/dev/musher/ops/fuzz/seeds");

    private static final int KEPT_FILES = 200;
    private static final long END_S = 120;

    @ParameterizedTest
    @EnumSource
    void withinItsTimeNothingIsFound(FuzzTarget target) throws Exception {
        String only = System.getProperty("musher.fuzz.only", "");
        Assumptions.assumeTrue(only.isEmpty() || only.equals(target.word()), "another is meant");
        long seconds = Long.getLong("musher.fuzz.seconds", 20);
        Path folder = Path.of("target", "fuzz", target.word()).toAbsolutePath();
        Path corpus = folder.resolve("corpus");
        Files.createDirectories(corpus);
        int number = 0;
        for (byte[] seed : Seeds.of(target)) {
            Files.write(corpus.resolve("seed-" + number++), seed);
        }
        Path log = folder.resolve("log");
        int exit =
                jazzer(
                        target,
                        folder,
                        log,
                        seconds + END_S,
                        corpus.toString(),
                        "-max_total_time=" + seconds,
                        "-max_len=65536",
                        "-seed=15",
                        "-artifact_prefix=" + folder + "/",
                        "-print_final_stats=1");
        System.out.println(target.word() + ": " + summary(log));
        assertEquals(0, exit, "a finding, see " + log);
        if (Boolean.getBoolean("musher.fuzz.keep")) {
            keep(target, folder, corpus);
        }
    }

    private static void keep(FuzzTarget target, Path folder, Path corpus) throws Exception {
        Path small = folder.resolve("small");
        Files.createDirectories(small);
        int exit =
                jazzer(
                        target,
                        folder,
                        folder.resolve("merge.log"),
                        END_S,
                        "-merge=1",
                        small.toString(),
                        corpus.toString());
        assertEquals(0, exit, "the corpus could not be made smaller");
        List<Path> kept = new ArrayList<>();
        try (Stream<Path> files = Files.list(small)) {
            for (Path file : files.sorted().toList()) {
                if (Files.size(file) <= KEPT_BYTES && kept.size() < KEPT_FILES) {
                    kept.add(file);
                }
            }
        }
        Seeds.keep(SEEDS.resolve(target.word() + ".zip"), kept);
    }

    private static int jazzer(
            FuzzTarget target, Path folder, Path log, long seconds, String... arguments)
            throws IOException, InterruptedException {
        String classPath =
                System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path"));
        requirePinned(classPath);
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+EnableDynamicAgentLoading",
                                "--enable-native-access=ALL-UNNAMED",
                                "-Xmx1g",
                                "-Dmusher.fuzz.target=" + target.name(),
                                "-cp",
                                classPath,
                                "com.code_intelligence.jazzer.Jazzer",
                                "--target_class=" + Fuzzed.class.getName(),
                                "--instrumentation_includes=dev.musher.**",
                                "--custom_hook_includes=dev.musher.**",
                                "--reproducer_path=" + folder));
        command.addAll(List.of(arguments));
        Process process =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(target.word() + " did not end in time, see " + log);
        }
        return process.exitValue();
    }

    /** The fuzzer is no library of the product, but it runs here: its bytes are pinned as well. */
    private static void requirePinned(String classPath) throws IOException {
        String pins = Files.readString(SEEDS.resolveSibling("jazzer.sha256"));
        int found = 0;
        for (String entry : classPath.split(java.io.File.pathSeparator, -1)) {
            Path jar = Path.of(entry);
            Path name = jar.getFileName();
            if (name != null && name.toString().startsWith("jazzer")) {
                String hash = HexFormat.of().formatHex(Sha256.of(Files.readAllBytes(jar)));
                assertTrue(pins.contains(hash + "  " + name), jar + " is not the pinned one");
                found++;
            }
        }
        assertTrue(found >= 2, "Jazzer is not on the class path: give -Pfuzz");
    }

    private static String summary(Path log) throws IOException {
        List<String> lines = Files.readAllLines(log, java.nio.charset.StandardCharsets.ISO_8859_1);
        String coverage = "";
        StringBuilder stats = new StringBuilder();
        for (String line : lines) {
            if (line.matches("#[0-9]+.*cov: .*")) {
                coverage = line.replaceFirst("^.*(cov: [0-9]+ ft: [0-9]+).*$", "$1");
            } else if (line.startsWith("stat::number_of_executed_units")
                    || line.startsWith("stat::average_exec_per_sec")
                    || line.startsWith("== Java Exception")) {
                stats.append(' ').append(line.replaceFirst("^stat::", "").replaceAll(" +", " "));
            }
        }
        return coverage + stats;
    }
}

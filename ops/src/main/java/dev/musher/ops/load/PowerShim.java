package dev.musher.ops.load;

import dev.musher.ops.cli.Failure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A library that remembers what of a folder is synced ({@code faults/power.c}), and the loss of
 * power: the folder is put back to that. Compiled where it is used, which needs gcc and Linux. Not
 * thread safe.
 */
final class PowerShim {

    private static final int PAGE = 4_096;

    /** What survives beside that which was synced. */
    enum Survives {
        /** Nothing. */
        NOTHING,
        /** Names, as a journal of the file system may bring them to disk at any time. */
        NAMES,
        /** Names, and each page of unsynced bytes as it pleases the disk. */
        SOME_PAGES
    }

    private final Path library;
    private final Path root;
    private final Path shadow;

    private PowerShim(Path library, Path root, Path shadow) {
        this.library = library;
        this.root = root;
        this.shadow = shadow;
    }

    /**
     * Compiles it.
     *
     * @param folder for the library and what it remembers
     * @param root is put back; not around {@code folder}
     * @throws Failure where there is no compiler
     */
    static PowerShim require(Path folder, Path root) throws IOException, InterruptedException {
        Path library = ShimCompiler.build(folder, "power");
        if (library == null) {
            throw new Failure(
                    Failure.FAILED,
                    "this needs Linux and gcc, to compile what remembers syncs: install gcc");
        }
        return new PowerShim(library, root, folder.resolve("shadow"));
    }

    /**
     * For the environment of a node. What is in the root when the first one starts counts as
     * synced.
     *
     * @param lies pattern of files whose syncs are not done, to see that this is noticed
     */
    Map<String, String> environment(@Nullable String lies) throws IOException {
        Files.createDirectories(shadow);
        Map<String, String> out = new HashMap<>();
        out.put("LD_PRELOAD", library.toString());
        out.put("MUSHER_POWER", shadow.toString());
        out.put("MUSHER_POWER_ROOT", root.toString());
        if (lies != null) {
            out.put("MUSHER_POWER_LIES", lies);
        }
        return out;
    }

    /** The power is gone, and so are the processes: what is left on the disk is put in place. */
    void lose(Survives survives, SplittableRandom random) throws IOException, InterruptedException {
        now();
        Map<String, Path> current = new HashMap<>();
        String id = Files.readString(shadow.resolve("root"));
        paths(id, root, current);
        Path left = root.resolveSibling(root.getFileName() + ".left");
        String names = survives == Survives.NOTHING ? "names" : "now";
        folder(id, names, left, survives == Survives.SOME_PAGES ? current : Map.of(), random);
        Folders.delete(root);
        Files.move(left, root);
        Folders.delete(shadow);
    }

    /** Has the library write the names as they are. */
    private void now() throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("true").inheritIO();
        builder.environment().putAll(environment(null));
        builder.environment().put("MUSHER_POWER_NOW", "1");
        if (builder.start().waitFor() != 0) {
            throw new IOException("the names in " + root + " could not be listed");
        }
    }

    private record Entry(boolean folder, String id, String name) {}

    private List<Entry> entries(String kind, String id) throws IOException {
        Path names = shadow.resolve(kind).resolve(id);
        if (!Files.exists(names)) {
            // Made, and never synced.
            return List.of();
        }
        return Files.readAllLines(names).stream()
                .map(line -> line.split(" ", 3))
                .map(words -> new Entry(words[0].equals("d"), words[1], words[2]))
                .toList();
    }

    private void paths(String id, Path folder, Map<String, Path> out) throws IOException {
        for (Entry entry : entries("now", id)) {
            Path path = folder.resolve(entry.name());
            if (entry.folder()) {
                paths(entry.id(), path, out);
            } else {
                out.put(entry.id(), path);
            }
        }
    }

    private void folder(
            String id, String kind, Path to, Map<String, Path> current, SplittableRandom random)
            throws IOException {
        Files.createDirectory(to);
        for (Entry entry : entries(kind, id)) {
            Path path = to.resolve(entry.name());
            if (entry.folder()) {
                folder(entry.id(), kind, path, current, random);
            } else {
                Files.write(path, bytes(entry.id(), current.get(entry.id()), random));
            }
        }
    }

    private byte[] bytes(String id, @Nullable Path current, SplittableRandom random)
            throws IOException {
        Path file = shadow.resolve("bytes").resolve(id);
        byte[] synced = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
        return current == null || !Files.exists(current)
                ? synced
                : mixed(synced, Files.readAllBytes(current), random);
    }

    /** Each page is the old one or the new one; the length is anything in between. */
    private static byte[] mixed(byte[] synced, byte[] current, SplittableRandom random) {
        if (Arrays.equals(synced, current)) {
            return synced;
        }
        int least = Math.min(synced.length, current.length);
        int most = Math.max(synced.length, current.length);
        int length = least + random.nextInt(most - least + 1);
        ByteBuffer out = ByteBuffer.allocate(length);
        for (int at = 0; at < length; at += PAGE) {
            byte[] from = random.nextBoolean() ? current : synced;
            int end = Math.min(at + PAGE, length);
            byte[] page = new byte[end - at];
            if (from.length > at) {
                System.arraycopy(from, at, page, 0, Math.min(from.length, end) - at);
            }
            out.put(page);
        }
        return out.array();
    }
}

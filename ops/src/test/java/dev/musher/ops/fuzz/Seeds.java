package dev.musher.ops.fuzz;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * The inputs of a target: good ones ({@link FirstSeeds}), and those by which Jazzer came further,
 * kept in {@code seeds/TARGET.zip} beside this class: one file a target, as there are hundreds.
 */
final class Seeds {

    private Seeds() {}

    /** All inputs. */
    static List<byte[]> of(FuzzTarget target) throws IOException {
        List<byte[]> out = new ArrayList<>(FirstSeeds.of(target));
        InputStream file = Seeds.class.getResourceAsStream("seeds/" + target.word() + ".zip");
        if (file == null) {
            return out;
        }
        try (ZipInputStream zip = new ZipInputStream(file)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                out.add(zip.readAllBytes());
            }
        }
        return out;
    }

    /** Keeps these; equal inputs give an equal file. */
    static void keep(Path zip, List<Path> inputs) throws IOException {
        Files.createDirectories(zip.toAbsolutePath().getParent());
        try (OutputStream file = Files.newOutputStream(zip);
                ZipOutputStream out = new ZipOutputStream(file)) {
            for (Path input : inputs) {
                ZipEntry entry = new ZipEntry(input.getFileName().toString());
                entry.setTime(0);
                out.putNextEntry(entry);
                out.write(Files.readAllBytes(input));
                out.closeEntry();
            }
        }
    }
}

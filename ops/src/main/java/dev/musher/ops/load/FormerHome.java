package dev.musher.ops.load;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * A home that a released version wrote, in the store's format of its time, kept as its node's kill
 * left it: table files, and a log that is not in them yet.
 *
 * @param format of its store
 * @param digest of its history
 * @param changes in it
 */
record FormerHome(int format, String digest, long changes) {

    /** One of each format before the present one. */
    static List<FormerHome> all() {
        return List.of(
                new FormerHome(
                        1,
                        "96aa1926b0ab9359204a3e09b718288eca20de80f24b7aee41944dcbcca8bf8f",
                        101));
    }

    /** Makes it anew in a folder that is not there. */
    void unpack(Path home) throws IOException {
        String name = "/homes/format-" + format + ".zip";
        try (InputStream in = FormerHome.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("this build lacks " + name);
            }
            ZipInputStream files = new ZipInputStream(in);
            for (ZipEntry each = files.getNextEntry(); each != null; each = files.getNextEntry()) {
                Path file = home.resolve(each.getName());
                Files.createDirectories(file.getParent());
                Files.copy(files, file);
            }
        }
    }
}

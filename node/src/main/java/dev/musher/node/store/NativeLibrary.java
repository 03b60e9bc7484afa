package dev.musher.node.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import org.rocksdb.RocksDB;
import org.rocksdb.util.Environment;

/**
 * Unpacks the native library of RocksDB to one fixed folder and loads it from there.
 *
 * <p>Left to itself, RocksDB unpacks 17 MB to a new temporary file at each start and deletes it at
 * a clean end: every kill leaves one. Here the file has one name for its version and content,
 * written under a lock that dies with the process, and moved into place whole. It is compared with
 * the jar by length and CRC-32 before it is loaded, which finds damage; against planting the folder
 * must be the user's own.
 */
final class NativeLibrary {
    private NativeLibrary() {}

    /**
     * The folder for this user: {@code $XDG_CACHE_HOME/musher/native}, else in {@code ~/.cache}.
     */
    static Path userFolder() {
        String cache = System.getenv("XDG_CACHE_HOME");
        Path root =
                cache == null || cache.isEmpty()
                        ? Path.of(System.getProperty("user.home"), ".cache")
                        : Path.of(cache);
        return root.resolve("musher").resolve("native");
    }

    /** Loads the library, unpacking it if it is not there whole. Later calls do nothing new. */
    static void load(Path folder) throws IOException {
        Path file = unpacked(folder).toAbsolutePath();
        RocksDB.loadLibrary(List.of(Objects.requireNonNull(file.getParent()).toString()));
    }

    /** The library's file below a folder, whole. */
    static Path unpacked(Path folder) throws IOException {
        URL packed = resource();
        // The name carries the content, so that two versions of musher do not fight over one file.
        Path home = folder.resolve("rocksdb-" + Long.toHexString(crcOf(packed)));
        // The name under which RocksDB looks in a folder; in its jar it looks for another one.
        Path library = home.resolve(Environment.getJniLibraryFileName("rocksdbjni"));
        if (!whole(library, packed)) {
            unpack(packed, home, library);
        }
        return library;
    }

    private static URL resource() throws IOException {
        for (String name :
                new String[] {
                    Environment.getJniLibraryFileName("rocksdb"),
                    Environment.getFallbackJniLibraryFileName("rocksdb")
                }) {
            URL found = name == null ? null : RocksDB.class.getResource("/" + name);
            if (found != null) {
                return found;
            }
        }
        throw new IOException(
                "RocksDB has no native library for "
                        + System.getProperty("os.name")
                        + " on "
                        + System.getProperty("os.arch"));
    }

    private static long crcOf(URL packed) throws IOException {
        URLConnection connection = packed.openConnection();
        if (connection instanceof JarURLConnection jar) {
            // The jar's directory has it: nothing needs to be inflated at each start.
            return jar.getJarEntry().getCrc();
        }
        try (InputStream in = connection.getInputStream()) {
            return crcOf(in);
        }
    }

    private static long crcOf(InputStream in) throws IOException {
        CheckedInputStream checked = new CheckedInputStream(in, new CRC32());
        byte[] buffer = new byte[1 << 16];
        int read;
        do {
            read = checked.read(buffer);
        } while (read >= 0);
        return checked.getChecksum().getValue();
    }

    private static boolean whole(Path library, URL packed) throws IOException {
        if (!Files.isRegularFile(library)) {
            return false;
        }
        try (InputStream in = Files.newInputStream(library)) {
            return crcOf(in) == crcOf(packed);
        }
    }

    private static synchronized void unpack(URL packed, Path home, Path library)
            throws IOException {
        Files.createDirectories(home);
        if (home.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx------"));
        }
        try (RandomAccessFile lock = new RandomAccessFile(home.resolve("lock").toFile(), "rw");
                FileLock held = lock.getChannel().lock()) {
            if (!held.isValid() || whole(library, packed)) {
                return;
            }
            Path part = home.resolve("part");
            try (InputStream in = packed.openStream()) {
                Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
            }
            Files.move(part, library, StandardCopyOption.ATOMIC_MOVE);
        }
    }
}

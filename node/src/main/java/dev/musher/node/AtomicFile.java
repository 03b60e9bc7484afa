package dev.musher.node;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A small file that is there whole or not at all: written beside, synced, renamed, the folder
 * synced (the sequence of "All File Systems Are Not Created Equal", Pillai et al., OSDI 2014).
 */
final class AtomicFile {

    private AtomicFile() {}

    /** Writes a file only its owner can read (0600 where the file system knows modes). */
    static void writeSecret(Path file, byte[] content) throws IOException {
        write(file, content, true);
    }

    /** Writes a file with the modes the process gives to any. */
    static void write(Path file, byte[] content) throws IOException {
        write(file, content, false);
    }

    private static void write(Path file, byte[] content, boolean secret) throws IOException {
        Path beside = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(beside);
        if (secret && posix(file)) {
            // Never readable for others, not even for the moment before a chmod.
            Files.createFile(
                    beside,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
        } else {
            Files.createFile(beside);
        }
        try (FileChannel out = FileChannel.open(beside, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        Files.move(
                beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        syncFolder(file);
    }

    /** Brings the names in the folder of a file to disk. */
    static void syncFolder(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null && posix(file)) {
            try (FileChannel entries = FileChannel.open(folder, Set.of(StandardOpenOption.READ))) {
                entries.force(true);
            }
        }
    }

    private static boolean posix(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}

package dev.musher.node.store;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A folder that its owner alone can enter: 0700 where the file system knows modes. What is in it
 * needs no modes of its own then, as the files of RocksDB, which hold open invites. Stateless.
 */
public final class PrivateFolder {

    private static final System.Logger LOG = System.getLogger(PrivateFolder.class.getName());

    private static final Set<PosixFilePermission> OWNER =
            PosixFilePermissions.fromString("rwx------");

    private PrivateFolder() {}

    /**
     * Makes a folder, and those above it that are missing, with the usual modes; closes it to
     * others where it was there. One of another owner stays as it is, which the log says. What was
     * made survives a loss of power.
     *
     * @throws IOException where it cannot be made
     */
    public static void make(Path folder) throws IOException {
        if (!folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createDirectories(folder);
            return;
        }
        Path above = folder.toAbsolutePath().getParent();
        Path there = above;
        while (there != null && !Files.exists(there)) {
            there = there.getParent();
        }
        if (above != null) {
            Files.createDirectories(above);
        }
        try {
            // Never open to others, not even for the moment before a chmod.
            Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(OWNER));
            for (Path each = above; each != null; each = each.getParent()) {
                sync(each);
                if (each.equals(there)) {
                    return;
                }
            }
        } catch (FileAlreadyExistsException e) {
            Files.createDirectories(folder);
            close(folder);
        }
    }

    private static void sync(Path folder) throws IOException {
        try {
            Durable.syncFolder(folder);
        } catch (AccessDeniedException e) {
            // One may write to it and not read it, and only what can be read can be synced.
            LOG.log(System.Logger.Level.WARNING, "the names in " + folder + " are not synced", e);
        }
    }

    private static void close(Path folder) throws IOException {
        if (OWNER.containsAll(Files.getPosixFilePermissions(folder))) {
            return;
        }
        try {
            Files.setPosixFilePermissions(folder, OWNER);
        } catch (FileSystemException e) {
            // A volume mounted by somebody else: it can be used, and who mounted it has its keys.
            LOG.log(
                    System.Logger.Level.WARNING,
                    folder + " can be entered by others and cannot be closed to them",
                    e);
        }
    }
}
